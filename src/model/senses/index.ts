/**
 * What the body tells the nervous system: muscle spindles, tendon organs, joints, skin, vision. Each receptor is a record; `sense` gives what arrives of a
 * movement, with delay, gain, noise and, for spindles, gamma drive.
 */
export { jointReceptor, type JointReceptorOptions } from './joint-receptor.ts';
export { MileusnicSpindles } from './mileusnic.ts';
export { sense, type Afferent, type Receptor, type Sensation, type SenseOptions } from './sense.ts';
export { skinReceptor, type SkinOptions } from './skin.ts';
export { mileusnicSpindle, plainSpindle, powerLawSpindle, type PowerLawOptions } from './spindles.ts';
export { quantities, type GammaDrive, type Quantity, type Stimulus } from './stimulus.ts';
export { tendonOrgan } from './tendon-organ.ts';
export { vision } from './vision.ts';

import { answerCalls } from '../../media/worker-line.ts';
import { controlCalls } from './calls.ts';

answerCalls(controlCalls);

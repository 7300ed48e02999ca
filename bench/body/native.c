// Steps a model by native MuJoCo and prints the microseconds of processor time a step: native MODEL.xml STEPS
#include <mujoco/mujoco.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

int main(int argc, char** argv) {
  char error[1000];
  mjModel* m = argc == 3 ? mj_loadXML(argv[1], 0, error, sizeof error) : 0;
  if (!m) return fprintf(stderr, "%s\n", argc == 3 ? error : "native MODEL.xml STEPS"), 1;
  mjData* d = mj_makeData(m);
  int steps = atoi(argv[2]);
  for (int i = 0; i < m->nu; i++) d->ctrl[i] = 0.1;
  clock_t start = clock();
  for (int i = 0; i < steps; i++) {
    if (i % 500 == 0) {
      mj_resetData(m, d);
      for (int k = 0; k < m->nu; k++) d->ctrl[k] = 0.1;
    }
    mj_step(m, d);
  }
  printf("%.3f\n", 1e6 * (double)(clock() - start) / CLOCKS_PER_SEC / steps);
  return 0;
}

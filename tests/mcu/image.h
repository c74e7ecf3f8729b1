/* The parts of the test images. */
#ifndef TEST_MCU_IMAGE_H
#define TEST_MCU_IMAGE_H
#include <stdint.h>

int32_t image_case(const char *name, int32_t holds);  /* counts and prints it; -> holds */
void image_figure(const char *name, uint32_t value, const char *unit);
int image_end(void);                  /* the sum of the cases; -> main's result, 0 when every case held */
void image_known_answers(void);
void image_measure(void);

#endif

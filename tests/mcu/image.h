/* The parts of the test image. */
#ifndef TEST_MCU_IMAGE_H
#define TEST_MCU_IMAGE_H
#include <stdint.h>

int32_t image_case(const char *name, int32_t holds);  /* counts and prints it; -> holds */
void image_known_answers(void);
void image_measure(void);

#endif

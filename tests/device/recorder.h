#ifndef TEST_RECORDER_H
#define TEST_RECORDER_H
#include <cstdint>
#include <string>
#include <vector>

struct Recorded
{
    std::string function;
    std::vector<intptr_t> arguments;
    int calls;
    int32_t result;           /* what the next call returns */
    int ready_after;          /* nfi_packet_wait returns 0 until it was called this often; -1 always, 0 never 0 */
};
extern Recorded recorded;

#endif

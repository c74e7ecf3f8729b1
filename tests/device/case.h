/* Counts cases; a failed one says which. */
#ifndef TEST_CASE_H
#define TEST_CASE_H
#include <cstdio>
#include <string>

static int passed, failed;

static inline bool check(bool holds, const std::string &name)
{
    if (holds)
        passed++;
    else
    {
        failed++;
        std::printf("FAILED %s\n", name.c_str());
    }
    return holds;
}

static inline int finish(const char *what)
{
    std::printf("%s: %d passed, %d failed\n", what, passed, failed);
    return failed == 0 ? 0 : 1;
}

#endif

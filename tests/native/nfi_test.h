/* The runner: a table of rules, each a function; a failed check says where and the rule goes on. */
#ifndef NFI_TEST_H
#define NFI_TEST_H
#include <stdint.h>
#include <stdio.h>

typedef struct {
    const char *rule;
    void (*prove)(void);
} nfi_rule;

static int32_t failed_checks;     /* of the rule under way */
static const char *test_case = "";    /* named in a failure's line; a rule over a table sets it */

#define RULE(function) { #function, function }
#define CHECK(condition) test_is(!!(condition), 1, #condition, __FILE__, __LINE__)
#define CHECK_IS(value, expected) test_is((long long)(value), (long long)(expected), #value, __FILE__, __LINE__)
#define RUN(rules) test_run(rules, sizeof rules / sizeof rules[0])

static inline int32_t test_is(long long value, long long expected, const char *text, const char *file, int32_t line)
{
    if (value != expected && failed_checks++ < 20)
        printf("%s:%d: %s is %lld, not %lld %s\n", file, (int)line, text, value, expected, test_case);
    return value == expected;
}

static inline int test_run(const nfi_rule *rules, size_t count)
{
    int32_t failed_rules = 0;
    for (size_t i = 0; i < count; i++) {
        failed_checks = 0;
        test_case = "";
        rules[i].prove();
        printf("%s %s\n", failed_checks ? "not ok" : "ok", rules[i].rule);
        failed_rules += failed_checks != 0;
    }
    return failed_rules != 0;
}

#endif

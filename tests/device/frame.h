/* A made-up stack frame and engine for native methods: arguments in, result out, and the interpreter's rules of waiting. */
#ifndef TEST_FRAME_H
#define TEST_FRAME_H
#include <cstdint>
#include <memory>
#include <vector>
#include <nanoCLR_Runtime.h>

/* An argument: a number, null, or an array whose memory ends with its last element, so that a sanitizer sees one step beyond. */
struct Argument
{
    enum Kind { Number, Null, Octets, Words } kind;
    int32_t number;
    uint32_t length;

    static Argument of(int32_t number) { return {Number, number, 0}; }
    static Argument null() { return {Null, 0, 0}; }
    static Argument octets(uint32_t length) { return {Octets, 0, length}; }
    static Argument words(uint32_t length) { return {Words, 0, length}; }
};

class Frame
{
  public:
    explicit Frame(const std::vector<Argument> &arguments);

    HRESULT call(CLR_RT_MethodHandler method) { return method(stack); }
    uint8_t *elements(size_t position) const { return memory[position].get(); }
    /* How many values the method left; one is right, and it is the result. */
    int left() const { return static_cast<int>(stack.m_evalStackPos - stack.m_evalStack); }
    int32_t result() const { return stack.m_evalStack[0].number.s4; }

    CLR_RT_StackFrame stack;

  private:
    CLR_RT_Thread thread;
    std::vector<CLR_RT_HeapBlock> values;
    std::vector<CLR_RT_HeapBlock_Array> arrays;
    std::vector<std::unique_ptr<uint8_t[]>> memory;
};

/* The engine's clock in ticks of 100 ns, the events it has seen, and how often a thread was sent to sleep. */
struct Engine
{
    CLR_INT64 now;
    CLR_UINT32 raised;
    int sleeps;
};
extern Engine engine;

#endif

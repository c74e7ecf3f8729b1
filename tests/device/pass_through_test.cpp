/* Each native method reaches its C function, with every argument in its place, arrays as pointer and capacity, null as
 * (null, 0), and leaves that function's result alone on the stack. PacketNative.Wait waits as the interpreter wants it. */
#include "native_table.cpp"
#include "case.h"
#include "frame.h"
#include "methods.h"
#include "recorder.h"
#include <cstring>
#include "wake.h"

static const size_t count = sizeof methods / sizeof methods[0];

static size_t index_of(const char *function)
{
    size_t i = 0;
    while (i + 1 < count && std::strcmp(methods[i].function, function) != 0)
        i++;
    return i;
}

static std::vector<Argument> arguments_for(const char *shape, bool null)
{
    std::vector<Argument> arguments;
    for (size_t i = 0; shape[i] != 0; i++)
    {
        const uint32_t length = static_cast<uint32_t>(40 + i);
        const Argument array = shape[i] == 'b' ? Argument::octets(length) : Argument::words(length);
        arguments.push_back(shape[i] == 'i' ? Argument::of(static_cast<int32_t>(1000 + i)) : null ? Argument::null() : array);
    }
    return arguments;
}

static std::vector<intptr_t> expected(const Frame &frame, const char *shape, bool null)
{
    std::vector<intptr_t> values;
    for (size_t i = 0; shape[i] != 0; i++)
    {
        if (shape[i] == 'i')
        {
            values.push_back(static_cast<intptr_t>(1000 + i));
            continue;
        }
        values.push_back(null ? 0 : reinterpret_cast<intptr_t>(frame.elements(i)));
        values.push_back(null ? 0 : static_cast<intptr_t>(40 + i));
    }
    return values;
}

static void passes_through(const Method &method, CLR_RT_MethodHandler handler, bool null)
{
    Frame frame(arguments_for(method.shape, null));
    recorded = {"", {}, 0, -7, 0};
    const std::string name = std::string(method.function) + (null ? " with null arrays" : "");
    check(frame.call(handler) == S_OK, name + ": no exception");
    check(recorded.function == method.function && recorded.calls == 1, name + ": reached once");
    if (std::strcmp(method.function, "nfi_packet_wait") != 0)
        check(recorded.arguments == expected(frame, method.shape, null), name + ": arguments in their places");
    check(frame.left() == 1 && frame.result() == -7, name + ": the result is left, and nothing else");
}

/* An array of another element size is as good as none: the compiler allows no such call, a forged assembly might. */
static void refuses_other_elements()
{
    Frame frame({Argument::octets(64)});
    recorded = {"", {}, 0, 0, 0};
    frame.call(method_lookup[index_of("nfi_packet_take")]);
    check(recorded.arguments == std::vector<intptr_t>({0, 0}), "a byte[] where int[] belongs counts as null");
}

struct WaitCase
{
    const char *name;
    int32_t milliseconds;
    int ready_after;          /* calls of nfi_packet_wait */
    int wakes;                /* entries at which the event is raised; the clock runs 10 ms between entries */
    int32_t result;
    int sleeps;
};

static const WaitCase waits[] = {
    {"ready at once: no sleep", 1000, 0, 0, 1, 0},
    {"no time and nothing ready: 0 without a sleep", 0, -1, 0, 0, 0},
    {"ready after one wake", 1000, 2, 1, 1, 1},
    {"a wake that brought nothing: sleeps again", 1000, 4, 2, 1, 2},
    {"the time is over", 35, -1, 0, 0, 4},
    {"ready at the very end counts", 10, 3, 0, 1, 1},
    {"the longest time does not overflow", 0x7fffffff, 2, 1, 1, 1},
    {"a negative time is the library's to judge", -5, 0, 0, 1, 0},
};

static void waits_as_the_interpreter_wants(const WaitCase &row)
{
    Frame frame({Argument::of(row.milliseconds)});
    HRESULT hr;
    engine = {777, 0, 0};
    recorded = {"", {}, 0, 1, row.ready_after};
    for (int entry = 0; (hr = frame.call(method_lookup[index_of("nfi_packet_wait")])) == CLR_E_THREAD_WAITING && entry < 100; entry++)
    {
        engine.now += 10 * TIME_CONVERSION__TO_MILLISECONDS;
        if (entry < row.wakes)
            nfi_wake_interpreter();
    }
    const std::string name = std::string("Wait: ") + row.name;
    check(hr == S_OK && frame.result() == row.result, name + ": result");
    check(frame.left() == 1, name + ": the deadline is off the stack");
    check(engine.sleeps == row.sleeps, name + ": sleeps");
}

static void identifies_itself()
{
    const CLR_RT_NativeAssemblyData &data = g_CLR_AssemblyNative_NfIpsec_Native;
    check(std::strcmp(data.m_szAssemblyName, "NfIpsec.Native") == 0, "the assembly's name");
    check(data.m_pNativeMethods == method_lookup, "the table is this one");
    check(data.m_checkSum != 0 && data.m_Version.iMajorVersion == 100, "checksum and version are set");
    check(sizeof method_lookup / sizeof method_lookup[0] == count, "as many methods as firmware/native has");
}

int main()
{
    identifies_itself();
    for (size_t i = 0; i < count; i++)
    {
        passes_through(methods[i], method_lookup[i], false);
        if (std::strpbrk(methods[i].shape, "bw") != nullptr)
            passes_through(methods[i], method_lookup[i], true);
    }
    refuses_other_elements();
    for (const WaitCase &row : waits)
        waits_as_the_interpreter_wants(row);
    return finish("native methods pass through");
}

using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace NfIpsec.Bench;

/// <summary>Rewrites firmware assemblies so that each basic block tells the probe how many IL instructions, calls into
/// NfIpsec.Native and allocations it holds; or so that the calls into NfIpsec.Native are timed.</summary>
internal static class Instrument
{
    /// <summary>Rewrites the named assemblies of a folder in place. An instruction counts when its block is entered.</summary>
    public static void Folder(string folder, IEnumerable<string> assemblies) => Rewrite(folder, assemblies, module =>
    {
        var block = module.ImportReference(typeof(Probe).GetMethod(nameof(Probe.Block)));
        return body => Method(body, block);
    });

    /// <summary>The same with Timer.Enter before each call into native code and Timer.Leave behind it.</summary>
    public static void Calls(string folder, IEnumerable<string> assemblies) => Rewrite(folder, assemblies, module =>
    {
        var enter = module.ImportReference(typeof(Timer).GetMethod(nameof(Timer.Enter)));
        var leave = module.ImportReference(typeof(Timer).GetMethod(nameof(Timer.Leave)));
        return body => Time(body, enter, leave);
    });

    private static void Rewrite(string folder, IEnumerable<string> assemblies, Func<ModuleDefinition, Action<MethodBody>> rewriter)
    {
        var resolver = new DefaultAssemblyResolver();
        resolver.AddSearchDirectory(folder);
        foreach (var name in assemblies)
        {
            var path = Path.Combine(folder, name + ".dll");
            using var assembly = AssemblyDefinition.ReadAssembly(path, new ReaderParameters { AssemblyResolver = resolver, InMemory = true });
            var rewrite = rewriter(assembly.MainModule);
            foreach (var method in assembly.MainModule.GetTypes().SelectMany(type => type.Methods).Where(method => method.HasBody))
                rewrite(method.Body);
            assembly.Write(path);
        }
    }

    // The call's own instruction becomes the one that enters, so that jumps to it stay good.
    private static void Time(MethodBody body, MethodReference enter, MethodReference leave)
    {
        body.SimplifyMacros();
        var worker = body.GetILProcessor();
        foreach (var instruction in body.Instructions.Where(IsInterop).ToArray())
        {
            var call = worker.Create(OpCodes.Call, (MethodReference)instruction.Operand);
            instruction.Operand = enter;
            worker.InsertAfter(instruction, call);
            worker.InsertAfter(call, worker.Create(OpCodes.Call, leave));
        }
        body.OptimizeMacros();
    }

    private static void Method(MethodBody body, MethodReference block)
    {
        body.SimplifyMacros();
        var code = body.Instructions.ToArray();
        var leaders = Leaders(body, code);
        var first = new Dictionary<Instruction, Instruction>();
        var worker = body.GetILProcessor();
        for (var i = 0; i < code.Length;)
        {
            var end = i + 1;
            while (end < code.Length && !leaders.Contains(code[end])) end++;
            first[code[i]] = Report(worker, code[i], code[i..end], block);
            i = end;
        }
        Repoint(body, code, first);
        body.OptimizeMacros();
    }

    private static HashSet<Instruction> Leaders(MethodBody body, Instruction[] code)
    {
        var leaders = new HashSet<Instruction> { code[0] };
        foreach (var instruction in code)
        {
            if (instruction.Operand is Instruction target) leaders.Add(target);
            if (instruction.Operand is Instruction[] targets) leaders.UnionWith(targets);
            if (instruction.OpCode.FlowControl is FlowControl.Branch or FlowControl.Cond_Branch or FlowControl.Return or FlowControl.Throw
                && instruction.Next != null) leaders.Add(instruction.Next);
        }
        foreach (var handler in body.ExceptionHandlers)
            leaders.UnionWith(new[] { handler.TryStart, handler.HandlerStart, handler.FilterStart }.Where(start => start != null));
        return leaders;
    }

    private static Instruction Report(ILProcessor worker, Instruction before, Instruction[] instructions, MethodReference block)
    {
        int[] counts = [instructions.Length, instructions.Count(IsInterop), instructions.Count(IsAllocation)];
        var start = worker.Create(OpCodes.Ldc_I4, counts[0]);
        worker.InsertBefore(before, start);
        worker.InsertBefore(before, worker.Create(OpCodes.Ldc_I4, counts[1]));
        worker.InsertBefore(before, worker.Create(OpCodes.Ldc_I4, counts[2]));
        worker.InsertBefore(before, worker.Create(OpCodes.Call, block));
        return start;
    }

    private static bool IsInterop(Instruction instruction) =>
        instruction.Operand is MethodReference { DeclaringType.Namespace: "NfIpsec.Native" } && instruction.OpCode.FlowControl == FlowControl.Call;

    private static bool IsAllocation(Instruction instruction) =>
        instruction.OpCode.Code is Code.Newarr or Code.Box ||
        (instruction.OpCode.Code == Code.Newobj && instruction.Operand is MethodReference { DeclaringType.IsValueType: false });

    private static void Repoint(MethodBody body, Instruction[] code, Dictionary<Instruction, Instruction> first)
    {
        foreach (var instruction in code)
        {
            if (instruction.Operand is Instruction target) instruction.Operand = first[target];
            if (instruction.Operand is Instruction[] targets) instruction.Operand = Array.ConvertAll(targets, one => first[one]);
        }
        foreach (var handler in body.ExceptionHandlers)
        {
            handler.TryStart = first[handler.TryStart];
            handler.HandlerStart = first[handler.HandlerStart];
            if (handler.FilterStart != null) handler.FilterStart = first[handler.FilterStart];
            if (handler.TryEnd != null && first.TryGetValue(handler.TryEnd, out var tryEnd)) handler.TryEnd = tryEnd;
            if (handler.HandlerEnd != null && first.TryGetValue(handler.HandlerEnd, out var handlerEnd)) handler.HandlerEnd = handlerEnd;
        }
    }
}

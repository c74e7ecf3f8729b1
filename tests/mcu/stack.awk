# The deepest stack of our functions in each thread of `threads`, by the call graph that gcc writes (-fcallgraph-info=su):
#   awk -f stack.awk threads FILE.ci ...
# prints "measure stack-THREAD BYTES bytes" and, as a remark, the chain. What it cannot bound (a call through a pointer that
# `threads` does not name, recursion, a frame of no fixed size) is "not ok". A call that the compiler made a jump counts as a call.

function bare(title) {                # without file and the compiler's suffixes
    sub(/^.*[:]/, "", title)
    sub(/\.(isra|constprop|part|cold).*$/, "", title)
    return title
}

function quoted(line, field) {
    return match(line, field ": \"[^\"]*\"") ? substr(line, RSTART + length(field) + 3, RLENGTH - length(field) - 4) : ""
}

function wrong(what) {
    if (!(what in told)) print "not ok " what
    told[what]
}

# Which of our functions a name, or the names that it leads to, can be: the deepest, "" for none.
function deepest_of(names,    name, list, title, n, m, i, k, found) {
    n = split(names, name, " ")
    found = ""
    for (i = 1; i <= n; i++) {
        if (!(name[i] in titles)) wrong("threads: there is no function " name[i])
        m = split(titles[name[i]], list, SUBSEP)       # a static one may stand in several files
        for (k = 2; k <= m; k++) if (depth(list[k]) > depth(found)) found = list[k]
    }
    return found
}

function called(from, to) {
    if (to == "__indirect_call") {
        if (!(bare(from) in leads)) wrong(bare(from) " calls through a pointer, and threads does not say where to")
        return deepest_of(leads[bare(from)])
    }
    if (to in frame) return to
    return deepest_of(to in titles ? to : leads[to])   # neither: not ours, and does not lead back to us
}

function depth(title,    list, n, i, next_title, deepest) {
    if (title == "") return 0
    if (title in known) return known[title]
    if (title in entered) { wrong(bare(title) " calls itself"); return 0 }
    entered[title]
    n = split(calls[title], list, SUBSEP)
    deepest = ""
    for (i = 2; i <= n; i++) {
        next_title = called(title, list[i])
        if (depth(next_title) > depth(deepest)) deepest = next_title
    }
    delete entered[title]
    below[title] = deepest
    return known[title] = frame[title] + depth(deepest)
}

FILENAME == ARGV[1] {
    sub(/#.*/, "")
    if ($1 == "thread") { thread = $2; order[++threads] = thread; $1 = $2 = ""; entries[thread] = $0 }
    if ($1 == "leads") { name = $2; $1 = $2 = ""; leads[name] = $0 }
    next
}
/^node:.* bytes \(/ {
    title = quoted($0, "title")
    match($0, /[0-9]+ bytes \([a-z,]*/)
    frame[title] = substr($0, RSTART, RLENGTH) + 0
    if (substr($0, RSTART, RLENGTH) ~ /\(dynamic$/) wrong(bare(title) " has a frame of no fixed size")
    titles[bare(title)] = titles[bare(title)] SUBSEP title
}
/^edge:/ {
    from = quoted($0, "sourcename")
    calls[from] = calls[from] SUBSEP quoted($0, "targetname")
}
END {
    for (i = 1; i <= threads; i++) {
        deepest = deepest_of(entries[order[i]])
        print "measure stack-" order[i] " " depth(deepest) " bytes"
        chain = ""
        for (title = deepest; title != ""; title = below[title]) chain = chain " " bare(title) "(" frame[title] ")"
        print "# deepest:" chain
    }
}

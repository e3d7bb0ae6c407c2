package dev.keywright.ops.lua;

import java.util.HashSet;
import java.util.Set;

/** What Lua inside Redis does not have, or does otherwise than elsewhere. */
final class LanguageRules {

    private static final Set<String> GLOBALS = Set.of(
            "KEYS",
            "ARGV",
            "redis",
            "server",
            "string",
            "table",
            "math",
            "cjson",
            "cmsgpack",
            "bit",
            "struct",
            "os",
            "tonumber",
            "tostring",
            "type",
            "unpack",
            "ipairs",
            "pairs",
            "next",
            "select",
            "error",
            "assert",
            "pcall",
            "xpcall",
            "rawget",
            "rawset",
            "rawequal",
            "setmetatable",
            "getmetatable",
            "loadstring",
            "load",
            "coroutine",
            "collectgarbage",
            "gcinfo",
            "_G",
            "_VERSION");

    private final Reading reading;
    private final Complaints complaints;

    private LanguageRules(Reading reading, Complaints complaints) {
        this.reading = reading;
        this.complaints = complaints;
    }

    static void check(Reading reading, Complaints complaints) {
        LanguageRules rules = new LanguageRules(reading, complaints);
        rules.globals();
        reading.calls().forEach(rules::call);
        reading.block().all(Node.Table.class).forEach(rules::errorTable);
    }

    private void globals() {
        Set<Variable> set = new HashSet<>();
        for (Node.Assign assign : reading.block().all(Node.Assign.class)) {
            for (Node target : assign.targets()) {
                if (target instanceof Node.Name name && name.variable().isGlobal() && set.add(name.variable())) {
                    complaints.error(
                            "global-variable",
                            assign.line(),
                            "'" + name.name() + "' is a global variable.",
                            "Redis refuses it: Attempt to modify a readonly table.",
                            "Write: local " + name.name() + " = ...");
                }
            }
        }
        for (Node.Name name : reading.block().all(Node.Name.class)) {
            if (name.variable().isGlobal() && !GLOBALS.contains(name.name()) && set.add(name.variable())) {
                complaints.error(
                        "global-unknown",
                        name.line(),
                        "'" + name.name() + "' is not there in a script.",
                        "Redis ends the script: Script attempted to access nonexistent global variable.",
                        "Declare it with local before its first use, or correct the name.");
            }
        }
    }

    private void call(Node.Call call) {
        Node function = call.function();
        if (Reading.isLibrary(function, "math", "random", "randomseed")) {
            complaints.warning(
                    "chance",
                    call.line(),
                    "math.random gives the same numbers after every start of the server.",
                    "Members made unique by it collide, and draws can be foretold.",
                    "Pass a random id as an argument, or use SRANDMEMBER, ZRANDMEMBER, SPOP.");
        } else if (Reading.isLibrary(function, "os") && !Reading.isLibrary(function, "os", "clock")) {
            complaints.error(
                    "global-unknown",
                    call.line(),
                    "Of the table os only os.clock is there in a script.",
                    "Redis ends the script with an error.",
                    "Ask the server for the time: redis.call('TIME')");
        } else if (Reading.isGlobal(function, "loadstring") || Reading.isGlobal(function, "load")) {
            code(call);
        } else if (reading.isRedis(function, "error_reply") && !call.arguments().isEmpty()) {
            errorText(call.arguments().get(0));
        } else if (reading.isRedis(function, "replicate_commands")) {
            complaints.info(
                    "replicate-commands",
                    call.line(),
                    "redis.replicate_commands() does nothing since Redis 7.0.",
                    "Effects are always what is replicated.",
                    "Remove the line.");
        } else if (Reading.isGlobal(function, "error")
                && !call.arguments().isEmpty()
                && !(call.arguments().get(0) instanceof Node.Table)) {
            complaints.info(
                    "error-raised",
                    call.line(),
                    "error(...) shows callers the line of the script, and no code of its own.",
                    "Clients cannot tell it from a fault in the script.",
                    "Write: return redis.error_reply('CODE what is wrong')");
        }
    }

    private void code(Node.Call call) {
        boolean fixed = call.arguments().stream()
                .flatMap(argument -> reading.origins(argument).stream())
                .allMatch(origin -> origin.is(Origin.Kind.LITERAL));
        if (fixed) {
            complaints.warning(
                    "code-from-text",
                    call.line(),
                    "A text is compiled while the script runs.",
                    "It costs time in every call, and no check sees what it does.",
                    "Write it as a function.");
        } else {
            complaints.error(
                    "code-from-data",
                    call.line(),
                    "A text that comes from outside is compiled and may be run.",
                    "Whoever writes that text can do whatever the script's user may.",
                    "Pass data, and decide in the script what to do with it.");
        }
    }

    private void errorText(Node text) {
        Node first = text;
        while (first instanceof Node.Binary binary && binary.operator().equals("..")) {
            first = binary.left();
        }
        if (first instanceof Node.Text literal && !literal.value().matches("(?s)-?[A-Z][A-Z0-9_]*( .*)?")) {
            complaints.warning(
                    "error-form",
                    text.line(),
                    "The error '" + literal.value() + "' does not begin with a code in capitals.",
                    "Clients tell errors apart by their first word.",
                    "Write: redis.error_reply('ERR " + literal.value().strip() + "')");
        }
    }

    private void errorTable(Node.Table table) {
        for (int i = 0; i < table.keys().size(); i++) {
            if (table.keys().get(i) instanceof Node.Text key && key.value().equals("err")) {
                errorText(table.values().get(i));
            }
        }
    }
}

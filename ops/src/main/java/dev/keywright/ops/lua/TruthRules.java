package dev.keywright.ops.lua;

import java.util.Set;
import java.util.function.Predicate;

/** Answers of Redis that are taken for true, false, nil or a text, as they would be elsewhere. */
final class TruthRules {

    private static final Set<String> LISTS = Set.of(
            "HGETALL",
            "HKEYS",
            "HMGET",
            "HVALS",
            "KEYS",
            "LRANGE",
            "MGET",
            "SDIFF",
            "SINTER",
            "SMEMBERS",
            "SUNION",
            "XRANGE",
            "XREVRANGE",
            "ZPOPMAX",
            "ZPOPMIN",
            "ZRANGE",
            "ZRANGEBYSCORE",
            "ZREVRANGE",
            "ZREVRANGEBYSCORE");
    private static final Set<String> STATUS =
            Set.of("HMSET", "LSET", "LTRIM", "MSET", "PFMERGE", "PSETEX", "RENAME", "RESTORE", "SET", "SETEX", "TYPE");
    /** What answers false where there is nothing, beside those that answer a text. */
    private static final Set<String> OR_FALSE = Set.of("SET", "XREAD", "XREADGROUP", "ZRANK", "ZREVRANK");

    private final Reading reading;
    private final Complaints complaints;

    private TruthRules(Reading reading, Complaints complaints) {
        this.reading = reading;
        this.complaints = complaints;
    }

    static void check(Reading reading, Complaints complaints) {
        TruthRules rules = new TruthRules(reading, complaints);
        reading.block().walk(rules::look);
    }

    private void look(Node node) {
        if (node instanceof Node.If branch) {
            branch.conditions().forEach(this::condition);
        } else if (node instanceof Node.Loop loop) {
            condition(loop.condition());
        } else if (node instanceof Node.Unary unary && unary.operator().equals("not")) {
            condition(unary.operand());
        } else if (node instanceof Node.Binary binary) {
            if (binary.operator().equals("and")) {
                condition(binary.left());
            } else if (binary.operator().equals("==") || binary.operator().equals("~=")) {
                compared(binary, binary.left(), binary.right());
                compared(binary, binary.right(), binary.left());
            }
        }
    }

    private void condition(Node node) {
        if (node instanceof Node.Binary binary
                && (binary.operator().equals("and") || binary.operator().equals("or"))) {
            condition(binary.left());
            condition(binary.right());
        } else if (answers(node, reading::isWholeReply)) {
            complaints.error(
                    "always-true",
                    node.line(),
                    "A number that Redis answers is taken for true or false.",
                    "To Lua every number is true, 0 as well.",
                    "Compare it, as in: redis.call('EXISTS', KEYS[1]) == 1");
        } else if (answers(node, call -> LISTS.contains(Reading.command(call)))) {
            complaints.error(
                    "always-true",
                    node.line(),
                    "A list that Redis answers is taken for true or false.",
                    "To Lua every table is true, an empty one as well.",
                    "Ask for its length, as in: #list > 0");
        }
    }

    private void compared(Node.Binary binary, Node answer, Node other) {
        if (other instanceof Node.Constant constant
                && constant.word().equals("nil")
                && answers(answer, this::isFalseWhereNothingIs)) {
            complaints.error(
                    "never-equal",
                    binary.line(),
                    "What Redis answers is compared with nil.",
                    "A key or field that is not there is false in Lua, and never nil.",
                    "Write: if not value then ...");
        } else if (other instanceof Node.Text && answers(answer, TruthRules::isStatus)) {
            complaints.error(
                    "never-equal",
                    binary.line(),
                    "A status that Redis answers is compared with a text.",
                    "To Lua a status is a table, such as {ok = 'OK'}, and no table is equal to a text.",
                    "Compare its field ok, as in: redis.call('TYPE', KEYS[1]).ok == 'hash'");
        }
    }

    private boolean isFalseWhereNothingIs(Node.Call call) {
        boolean other = reading.calls().stream().anyMatch(each -> reading.isRedis(each.function(), "setresp"));
        return !other && (reading.isTextReply(call) || OR_FALSE.contains(Reading.command(call)));
    }

    /** With the option GET it answers what was there. */
    private static boolean isStatus(Node.Call call) {
        return STATUS.contains(Reading.command(call))
                && call.arguments().stream()
                        .skip(1)
                        .noneMatch(word -> CommandCall.capitals(word).equals("GET"));
    }

    /** Whether it is such an answer, or a variable that holds nothing else. */
    private boolean answers(Node node, Predicate<Node.Call> kind) {
        if (node instanceof Node.Call call) {
            return (reading.isRedis(call.function(), "call") || reading.isRedis(call.function(), "pcall"))
                    && kind.test(call);
        }
        return node instanceof Node.Name name
                && !name.variable().isGlobal()
                && !name.variable().values().isEmpty()
                && name.variable().values().stream()
                        .allMatch(value -> value instanceof Node.Call && answers(value, kind));
    }
}

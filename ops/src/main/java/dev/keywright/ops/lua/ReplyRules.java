package dev.keywright.ops.lua;

import java.util.Set;
import java.util.stream.IntStream;

/** What a script returns, and its caller never gets. */
final class ReplyRules {

    /** Fields that make a table a reply of its own kind. */
    private static final Set<String> KINDS =
            Set.of("ok", "err", "double", "map", "set", "big_number", "verbatim_string", "format", "string");

    private final Complaints complaints;

    private ReplyRules(Complaints complaints) {
        this.complaints = complaints;
    }

    static void check(Reading reading, Complaints complaints) {
        ReplyRules rules = new ReplyRules(complaints);
        Reading.ownReturns(reading.block()).forEach(rules::returned);
    }

    private void returned(Node value) {
        if (hasFields(value)) {
            complaints.warning(
                    "reply-lost",
                    value.line(),
                    "The script returns a table with names for keys.",
                    "Redis hands out what stands at 1, 2 and so on; what has a name is lost.",
                    "Return a list, as in {'name', name}, or a text by cjson.encode(...).");
        } else if (isFraction(value) || value instanceof Node.Table list && listsFraction(list)) {
            complaints.warning(
                    "reply-lost",
                    value.line(),
                    "The script returns a number that may have a fraction.",
                    "Redis cuts it off: 3.99 becomes 3.",
                    "Return tostring(...) of it, or say that it is meant: math.floor(...).");
        }
    }

    private static boolean hasFields(Node value) {
        if (value instanceof Node.Name name && !name.variable().isGlobal()) {
            boolean tables = !name.variable().values().isEmpty()
                    && name.variable().values().stream().allMatch(Node.Table.class::isInstance);
            return tables
                    && (name.variable().values().stream().anyMatch(ReplyRules::hasFields)
                            || name.variable().entries().stream().anyMatch(entry -> isField(entry.key())));
        }
        return value instanceof Node.Table table && table.keys().stream().anyMatch(ReplyRules::isField);
    }

    private static boolean isField(Node key) {
        return key instanceof Node.Text text && !KINDS.contains(text.value());
    }

    private static boolean listsFraction(Node.Table list) {
        return IntStream.range(0, list.values().size())
                .anyMatch(i -> !(list.keys().get(i) instanceof Node.Text)
                        && isFraction(list.values().get(i)));
    }

    private static boolean isFraction(Node value) {
        return value instanceof Node.Numeral number && number.value() != Math.rint(number.value())
                || value instanceof Node.Binary binary && binary.operator().equals("/");
    }
}

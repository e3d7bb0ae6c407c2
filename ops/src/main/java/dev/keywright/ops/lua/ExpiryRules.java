package dev.keywright.ops.lua;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** Keys that a script may create and that never end. */
final class ExpiryRules {

    private static final Set<String> CREATING = Set.of(
            "SET",
            "SETNX",
            "MSET",
            "MSETNX",
            "GETSET",
            "APPEND",
            "SETRANGE",
            "SETBIT",
            "INCR",
            "INCRBY",
            "INCRBYFLOAT",
            "DECR",
            "DECRBY",
            "HSET",
            "HMSET",
            "HSETNX",
            "HINCRBY",
            "HINCRBYFLOAT",
            "LPUSH",
            "RPUSH",
            "SADD",
            "ZADD",
            "ZINCRBY",
            "XADD",
            "PFADD",
            "GEOADD",
            "SUNIONSTORE",
            "SINTERSTORE",
            "SDIFFSTORE",
            "ZUNIONSTORE",
            "ZINTERSTORE",
            "ZDIFFSTORE",
            "ZRANGESTORE");
    private static final Set<String> ENDING =
            Set.of("EXPIRE", "PEXPIRE", "EXPIREAT", "PEXPIREAT", "SETEX", "PSETEX", "GETEX", "RESTORE");
    private static final List<String> FOR_EVER =
            List.of("for ever", "forever", "no ttl", "without a ttl", "without ttl", "never expires", "permanent");

    private ExpiryRules() {}

    static void check(Reading reading, Complaints complaints) {
        Set<String> ending = new HashSet<>();
        List<CommandCall> creating = new ArrayList<>();
        for (CommandCall command : reading.commands()) {
            if (ENDING.contains(command.name()) || isTimedSet(command)) {
                command.keys().forEach(key -> ending.addAll(reading.symbols(key)));
            } else if (CREATING.contains(command.name()) && !command.says("XX", "KEEPTTL")) {
                creating.add(command);
            }
        }
        for (CommandCall command : creating) {
            Stream<Node> keys = command.keys().stream().limit(command.name().endsWith("STORE") ? 1 : Long.MAX_VALUE);
            keys.forEach(key -> check(reading, command, key, ending, complaints));
        }
    }

    private static void check(
            Reading reading, CommandCall command, Node key, Set<String> ending, Complaints complaints) {
        Set<String> symbols = reading.symbols(key);
        boolean ends = ending.contains("KEYS[0]")
                || symbols.stream()
                        .allMatch(symbol -> symbol.equals("KEYS[0]") ? !ending.isEmpty() : ending.contains(symbol));
        if (ends) {
            if (command.is("SET", "GETSET") && !command.open()) {
                complaints.warning(
                        "ttl-dropped",
                        command.line(),
                        command.name() + " takes away the TTL that the script gives this key elsewhere.",
                        "When it comes last, the key stays for ever.",
                        "Add PX, or KEEPTTL to leave the TTL as it is.");
            }
        } else if (symbols.stream().noneMatch(symbol -> isMeantToStay(reading, symbol))) {
            complaints.warning(
                    "key-without-ttl",
                    command.line(),
                    command.name() + " may create " + String.join(" or ", symbols) + " without a TTL.",
                    "It stays until somebody deletes it"
                            + (command.is("SET", "GETSET") ? "; a TTL it had is taken away." : "."),
                    "Call PEXPIRE in the script" + (command.is("SET") ? " (or SET with PX)" : "")
                            + ", or say in the header that the key is kept for ever.");
        }
    }

    private static boolean isTimedSet(CommandCall command) {
        return command.is("SET")
                && (command.says("EX", "PX", "EXAT", "PXAT")
                        || command.words().stream().skip(2).anyMatch(word -> !(word instanceof Node.Text)));
    }

    private static boolean isMeantToStay(Reading reading, String symbol) {
        return reading.headers().stream()
                .flatMap(header -> header.keys().stream())
                .filter(key -> symbol.equals("KEYS[" + key.place() + "]") || symbol.equals("KEYS[0]") || key.isRest())
                .anyMatch(key -> saysForEver(key.name() + " " + key.text()));
    }

    /** Whether the text of a declared key says that it has no end. */
    static boolean saysForEver(String text) {
        String words = text.toLowerCase(Locale.ROOT);
        return FOR_EVER.stream().anyMatch(words::contains);
    }
}

package dev.keywright.ops.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Which words of a command are keys, and whether it writes: as the server's COMMAND tells, or, where that is not allowed, the first
 * word after the name. Immutable.
 */
public final class CommandTable {

    /**
     * @param first place of the first key, 0 for none
     * @param last place of the last key; negative: counted from the end
     */
    private record Shape(boolean write, boolean movable, int first, int last, int step) {}

    private static final Shape UNKNOWN = new Shape(false, false, 1, 1, 1);
    private static final Set<String> WITHOUT_KEYS = Set.of(
            "PING",
            "ECHO",
            "INFO",
            "CONFIG",
            "CLIENT",
            "COMMAND",
            "CLUSTER",
            "SELECT",
            "MULTI",
            "EXEC",
            "DISCARD",
            "AUTH",
            "HELLO",
            "QUIT",
            "PUBLISH",
            "SUBSCRIBE",
            "PSUBSCRIBE",
            "UNSUBSCRIBE",
            "TIME",
            "DBSIZE",
            "SCAN",
            "KEYS",
            "ROLE",
            "REPLCONF",
            "PSYNC",
            "SYNC",
            "MONITOR",
            "SLOWLOG",
            "LATENCY",
            "MEMORY",
            "SCRIPT",
            "FUNCTION",
            "WAIT",
            "RESET");
    private static final Set<String> READING_WORDS = Set.of(
            "GET",
            "MGET",
            "HGET",
            "HMGET",
            "HGETALL",
            "HLEN",
            "HEXISTS",
            "STRLEN",
            "EXISTS",
            "TTL",
            "PTTL",
            "TYPE",
            "LRANGE",
            "LLEN",
            "SMEMBERS",
            "SISMEMBER",
            "SCARD",
            "ZRANGE",
            "ZSCORE",
            "ZRANK",
            "ZCARD",
            "XLEN",
            "XRANGE",
            "GETRANGE");

    /** Commands whose keys stand where other words say. */
    private static final Set<String> MOVABLE = Set.of(
            "EVAL",
            "EVALSHA",
            "EVAL_RO",
            "EVALSHA_RO",
            "FCALL",
            "FCALL_RO",
            "BLMPOP",
            "BZMPOP",
            "ZUNION",
            "ZINTER",
            "ZDIFF",
            "ZINTERCARD",
            "SINTERCARD",
            "LMPOP",
            "ZMPOP",
            "ZUNIONSTORE",
            "ZINTERSTORE",
            "ZDIFFSTORE",
            "XREAD",
            "XREADGROUP",
            "SORT",
            "SORT_RO",
            "GEORADIUS",
            "GEORADIUSBYMEMBER");

    private final Map<String, Shape> shapes;

    private CommandTable(Map<String, Shape> shapes) {
        this.shapes = Map.copyOf(shapes);
    }

    /** Asks the server; one round trip. */
    public static CommandTable of(Wire wire) throws IOException {
        Map<String, Shape> shapes = new HashMap<>();
        if (wire.call("COMMAND") instanceof Answer.Many all) {
            all.items().forEach(entry -> add(entry, shapes));
        }
        return new CommandTable(shapes);
    }

    private static void add(Answer entry, Map<String, Shape> into) {
        if (entry instanceof Answer.Many many && many.items().size() >= 6) {
            List<Answer> items = many.items();
            List<String> flags = items.get(2).text().lines().toList();
            into.put(
                    items.get(0).text().toUpperCase(Locale.ROOT),
                    new Shape(
                            flags.contains("write"),
                            flags.contains("movablekeys"),
                            number(items.get(3)),
                            number(items.get(4)),
                            number(items.get(5))));
            if (items.size() > 9 && items.get(9) instanceof Answer.Many children) {
                children.items().forEach(child -> add(child, into));
            }
        }
    }

    private static int number(Answer answer) {
        return (int) ((Answer.Whole) answer).value();
    }

    /** Whether the server told; otherwise keys are guessed. */
    public boolean isTold() {
        return !shapes.isEmpty();
    }

    public boolean knows(List<byte[]> words) {
        return shape(words).isPresent();
    }

    public boolean writes(List<byte[]> words) {
        return isTold() ? shape(words).filter(Shape::write).isPresent() : !READING_WORDS.contains(word(words, 0));
    }

    /** Whether {@link #keys} finds all keys of this command, and not a guess or some of them. */
    public boolean tellsKeys(List<byte[]> words) {
        return shape(words)
                .filter(shape -> !shape.movable() || MOVABLE.contains(word(words, 0)))
                .isPresent();
    }

    /** The places of the keys among the words; none where the command has none or its form is not known. */
    public int[] keys(List<byte[]> words) {
        String name = word(words, 0);
        if (!isTold()) {
            return WITHOUT_KEYS.contains(name) ? new int[0] : keys(UNKNOWN, words);
        }
        Optional<Shape> shape = shape(words);
        if (shape.isEmpty()) {
            return new int[0];
        }
        return shape.get().movable() ? movable(name, shape.get(), words) : keys(shape.get(), words);
    }

    private Optional<Shape> shape(List<byte[]> words) {
        String name = word(words, 0);
        Shape child = words.size() > 1 ? shapes.get(name + "|" + word(words, 1)) : null;
        return Optional.ofNullable(child == null ? shapes.get(name) : child);
    }

    private static int[] keys(Shape shape, List<byte[]> words) {
        int last = shape.last() < 0 ? words.size() + shape.last() : Math.min(shape.last(), words.size() - 1);
        if (shape.first() < 1 || shape.step() < 1 || last < shape.first()) {
            return new int[0];
        }
        return IntStream.iterate(shape.first(), at -> at <= last, at -> at + shape.step())
                .toArray();
    }

    private static int[] movable(String name, Shape shape, List<byte[]> words) {
        return switch (name) {
            case "EVAL", "EVALSHA", "EVAL_RO", "EVALSHA_RO", "FCALL", "FCALL_RO", "BLMPOP", "BZMPOP" ->
                counted(words, 2);
            case "ZUNION", "ZINTER", "ZDIFF", "ZINTERCARD", "SINTERCARD", "LMPOP", "ZMPOP" -> counted(words, 1);
            case "ZUNIONSTORE", "ZINTERSTORE", "ZDIFFSTORE" ->
                IntStream.concat(IntStream.of(1), IntStream.of(counted(words, 2)))
                        .toArray();
            case "XREAD", "XREADGROUP" -> streams(words);
            case "SORT", "SORT_RO", "GEORADIUS", "GEORADIUSBYMEMBER" -> stored(words);
            default -> keys(shape, words);
        };
    }

    /** The first word, and the one behind STORE. */
    private static int[] stored(List<byte[]> words) {
        return IntStream.range(1, words.size())
                .filter(at -> at == 1 || word(words, at - 1).matches("STORE|STOREDIST"))
                .toArray();
    }

    /** The number of keys stands in that place, the keys behind it. */
    private static int[] counted(List<byte[]> words, int place) {
        String text = place < words.size() ? word(words, place) : "";
        int count = text.matches("\\d{1,6}") ? Integer.parseInt(text) : 0;
        return IntStream.range(place + 1, Math.min(words.size(), place + 1 + count))
                .toArray();
    }

    /** Behind STREAMS come the keys and as many ids. */
    private static int[] streams(List<byte[]> words) {
        int at = 1;
        while (at < words.size() && !word(words, at).equals("STREAMS")) {
            at++;
        }
        int count = (words.size() - at - 1) / 2;
        return IntStream.range(at + 1, at + 1 + Math.max(0, count)).toArray();
    }

    private static String word(List<byte[]> words, int place) {
        return new String(words.get(place), UTF_8).toUpperCase(Locale.ROOT);
    }
}

package dev.keywright.ops.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A command with holes: {@code HSET {key} {field} {value}}. Immutable.
 *
 * @param name what it is called in the report
 * @param words with {@code {key}}, {@code {value}}, {@code {field}} and {@code {n}}
 * @param family of keys: keys of one family share a structure, so commands on the same structure share one
 * @param fill the command that puts something under a key before; absent: the command may find nothing
 */
record Template(String name, List<String> words, char family, Optional<List<String>> fill) {

    static final String KEY = "{key}";
    static final Pattern HOLE = Pattern.compile("\\{(key|value|field|n)}");
    private static final Pattern WORD = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"|(\\S+)");

    private static final List<Template> KNOWN = List.of(
            known("ping", "PING", '-', ""),
            known("get", "GET {key}", 's', "SET {key} {value}"),
            known("set", "SET {key} {value}", 's', ""),
            known("incr", "INCR {key}", 'i', ""),
            known("mget", "MGET" + " {key}".repeat(10), 's', "SET {key} {value}"),
            known("hset", "HSET {key} {field} {value}", 'h', ""),
            known("hget", "HGET {key} {field}", 'h', hash()),
            known("hgetall", "HGETALL {key}", 'h', hash()),
            known("lpush", "LPUSH {key} {value}", 'l', ""),
            known("rpush", "RPUSH {key} {value}", 'l', ""),
            known("lpop", "LPOP {key}", 'l', "RPUSH {key} {value} {value}"),
            known("rpop", "RPOP {key}", 'l', "RPUSH {key} {value} {value}"),
            known("lrange", "LRANGE {key} 0 9", 'l', "RPUSH {key}" + " {value}".repeat(10)),
            known("sadd", "SADD {key} {field}", 'u', ""),
            known("sismember", "SISMEMBER {key} {field}", 'u', "SADD {key}" + " {field}".repeat(10)),
            known("zadd", "ZADD {key} {n} {field}", 'z', ""),
            known("zrange", "ZRANGE {key} 0 9 REV WITHSCORES", 'z', "ZADD {key}" + " {n} {field}".repeat(20)),
            known("xadd", "XADD {key} MAXLEN ~ 1000 * {field} {value}", 'x', ""),
            known("xrange", "XRANGE {key} - + COUNT 10", 'x', "XADD {key} * {field} {value}"),
            known("pfadd", "PFADD {key} {value}", 'p', ""),
            known("setbit", "SETBIT {key} {n} 1", 'b', ""),
            known("eval", "EVAL \"return redis.call('SET', KEYS[1], ARGV[1])\" 1 {key} {value}", 's', ""));

    private static String hash() {
        return "HSET {key}" + " {field} {value}".repeat(8);
    }

    private static Template known(String name, String line, char family, String fill) {
        return new Template(name, split(line), family, fill.isEmpty() ? Optional.empty() : Optional.of(split(fill)));
    }

    /** A command by its short name, such as {@code get}. */
    static Optional<Template> named(String name) {
        return KNOWN.stream()
                .filter(template -> template.name().equals(name.toLowerCase(Locale.ROOT)))
                .findFirst();
    }

    static List<String> names() {
        return KNOWN.stream().map(Template::name).toList();
    }

    /**
     * A command in the user's own words.
     *
     * @throws IllegalArgumentException when it is one that no benchmark sends, or a key is glued to other text
     */
    static Template own(String line, char family) {
        List<String> words = split(line);
        if (words.isEmpty()) {
            throw new IllegalArgumentException("a command is empty; write one such as \"GETRANGE {key} 0 9\"");
        }
        Dangerous.why(words).ifPresent(why -> {
            throw new IllegalArgumentException(words.get(0) + " is not sent: " + why + "; leave it out");
        });
        if (words.stream().anyMatch(word -> word.contains(KEY) && !word.equals(KEY))) {
            throw new IllegalArgumentException("{key} stands alone as a word; the key begins with the prefix anyway");
        }
        return new Template(String.join(" ", words), words, family, Optional.empty());
    }

    static List<String> split(String line) {
        List<String> words = new ArrayList<>();
        Matcher word = WORD.matcher(line);
        while (word.find()) {
            words.add(word.group(1) == null ? word.group(2) : word.group(1).replaceAll("\\\\(.)", "$1"));
        }
        return words;
    }

    boolean hasKey() {
        return keys() > 0;
    }

    long keys() {
        return words.stream().filter(KEY::equals).count();
    }

    /** What it looks like with every hole filled, to ask a server about it. */
    List<byte[]> sample(String key) {
        return words.stream()
                .map(word -> word.equals(KEY) ? key : HOLE.matcher(word).replaceAll("1"))
                .map(word -> word.getBytes(UTF_8))
                .toList();
    }
}

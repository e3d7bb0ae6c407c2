package dev.keywright.ops.memory;

import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Reply;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The profile of a live server, and what of it had to be assumed.
 * <ul>
 *   <li>Commands: INFO, MEMORY MALLOC-STATS, CONFIG GET, in a cluster CLUSTER NODES. Where MALLOC-STATS is refused and
 *       writing is allowed, SET, MEMORY USAGE and UNLINK of one key that lives for ten seconds at most.
 *   <li>INFO gives jemalloc with a quantum of 8 and of 16 the same name; the difference is up to 28 % of the memory.
 * </ul>
 *
 * @param assumptions sentences for a person; empty when all was told by the server
 */
public record Recognition(Profile profile, List<String> assumptions) {

    private static final Pattern QUANTUM = Pattern.compile("Quantum size:\\s*(\\d+)");
    private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+).*");
    private static final int PROBE_SECONDS = 10;

    public Recognition {
        assumptions = List.copyOf(assumptions);
    }

    /** @param probeKey the name of a key that may be written, should the server refuse to tell otherwise; none to write nothing */
    public static Recognition of(Connection server, String... probeKey) {
        Map<String, String> info = info(server);
        List<String> assumptions = new ArrayList<>();
        Allocator allocator = allocator(server, info, assumptions, List.of(probeKey));
        Profile profile = Profile.of(allocator, version(info, assumptions))
                .withLimits(limits(server, assumptions))
                .withSharedIntegers(sharesIntegers(info));
        boolean cluster = "1".equals(info.get("cluster_enabled"));
        return new Recognition(cluster ? profile.withSlots(slots(server, assumptions)) : profile, assumptions);
    }

    /** The quantum by what {@code MEMORY MALLOC-STATS} answers. */
    static Allocator jemalloc(String statistics) {
        Matcher quantum = QUANTUM.matcher(statistics);
        return quantum.find() && quantum.group(1).equals("16") ? Allocator.JEMALLOC_16 : Allocator.JEMALLOC_8;
    }

    private static Map<String, String> info(Connection server) {
        Map<String, String> fields = new HashMap<>();
        server.call(Command.named("INFO").buildRepeatable())
                .orThrow("INFO")
                .text()
                .lines()
                .forEach(line -> {
                    int colon = line.indexOf(':');
                    if (colon > 0) {
                        fields.put(
                                line.substring(0, colon),
                                line.substring(colon + 1).strip());
                    }
                });
        return fields;
    }

    private static Version version(Map<String, String> info, List<String> assumptions) {
        boolean valkey = info.containsKey("valkey_version");
        String told = info.getOrDefault(valkey ? "valkey_version" : "redis_version", "");
        Matcher numbers = VERSION.matcher(told);
        if (!numbers.matches()) {
            assumptions.add("The server tells no version I can read (" + told + "); Redis 7.2's layout is assumed.");
            return Version.REDIS_7_2;
        }
        int major = Integer.parseInt(numbers.group(1));
        int minor = Integer.parseInt(numbers.group(2));
        Version version = Version.of(valkey, major, minor);
        String exact = (valkey ? "Valkey " : "Redis ") + major + "." + minor;
        if (!version.toString().equals(exact)) {
            assumptions.add(exact + " is not known; the layout of " + version + " is assumed.");
        }
        return version;
    }

    private static Allocator allocator(
            Connection server, Map<String, String> info, List<String> assumptions, List<String> probeKey) {
        String name = info.getOrDefault("mem_allocator", "");
        if (!name.startsWith("jemalloc")) {
            assumptions.add("The allocator is " + name
                    + "; that of the embedded server is assumed, which has no size classes.");
            return Allocator.LIBC;
        }
        Reply statistics =
                server.call(Command.named("MEMORY").argument("MALLOC-STATS").buildRepeatable());
        if (statistics instanceof Reply.Text text
                && QUANTUM.matcher(text.text()).find()) {
            return jemalloc(text.text());
        }
        if (!probeKey.isEmpty()) {
            return probed(server, probeKey.get(0));
        }
        assumptions.add(
                "The server does not tell jemalloc's quantum; 8 bytes are assumed, as in builds from source and in"
                        + " container images.");
        return Allocator.JEMALLOC_8;
    }

    /** Values of 4 and 12 bytes ask for 24 and 32 bytes: one class apart by a quantum of 8, the same class by 16. */
    private static Allocator probed(Connection server, String key) {
        return usage(server, key, "abcd") == usage(server, key, "abcdabcdabcd")
                ? Allocator.JEMALLOC_16
                : Allocator.JEMALLOC_8;
    }

    private static long usage(Connection server, String key, String value) {
        server.call(Command.named("SET")
                        .key(key)
                        .argument(value)
                        .argument("EX")
                        .argument(PROBE_SECONDS)
                        .buildRepeatable())
                .orThrow("SET " + key);
        long bytes = server.call(
                        Command.named("MEMORY").argument("USAGE").key(key).buildRepeatable())
                .orThrow("MEMORY USAGE " + key)
                .number();
        server.call(Command.named("UNLINK").key(key).buildRepeatable());
        return bytes;
    }

    private static boolean sharesIntegers(Map<String, String> info) {
        String policy = info.getOrDefault("maxmemory_policy", "noeviction");
        boolean ages = policy.endsWith("lru") || policy.endsWith("lfu");
        return "0".equals(info.getOrDefault("maxmemory", "0")) || !ages;
    }

    private static Limits limits(Connection server, List<String> assumptions) {
        Map<String, String> directives = new HashMap<>();
        for (String pattern : List.of("*-max-*", "list-compress-depth", "stream-node-*")) {
            Reply reply = server.call(
                    Command.named("CONFIG").argument("GET").argument(pattern).buildRepeatable());
            if (!(reply instanceof Reply.Items items)) {
                assumptions.add("CONFIG GET is refused; default limits of compact encodings are assumed.");
                return Limits.DEFAULTS;
            }
            List<String> words = words(items).toList();
            for (int i = 0; i + 1 < words.size(); i += 2) {
                directives.put(words.get(i), words.get(i + 1));
            }
        }
        return Limits.of(directives);
    }

    /** Pairs come flat, or each in a list of its own, as the protocol has it. */
    private static Stream<String> words(Reply.Items items) {
        return items.items().stream()
                .flatMap(one -> one instanceof Reply.Items pair ? words(pair) : Stream.of(one.text()));
    }

    private static int slots(Connection server, List<String> assumptions) {
        Reply nodes = server.call(Command.named("CLUSTER").argument("NODES").buildRepeatable());
        int slots = nodes instanceof Reply.Text text
                ? new String(text.bytes(), StandardCharsets.UTF_8)
                        .lines()
                        .filter(line -> line.contains("myself"))
                        .flatMap(line -> Stream.of(line.split(" ")).skip(8))
                        .filter(range -> !range.startsWith("["))
                        .mapToInt(Recognition::length)
                        .sum()
                : 0;
        if (slots == 0) {
            assumptions.add("The node serves no slots, or does not tell; all 16,384 are assumed.");
        }
        return slots == 0 ? Profile.ALL_SLOTS : slots;
    }

    private static int length(String range) {
        int dash = range.indexOf('-');
        return dash < 0
                ? 1
                : Integer.parseInt(range.substring(dash + 1)) - Integer.parseInt(range.substring(0, dash)) + 1;
    }
}

package dev.keywright.expert.knowledge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.server.Standalone;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Every command, option and directive that the knowledge tells people to type exists, as the server itself says. */
class KnowledgeCommandsTest {

    private static final Set<String> TOOLS = words(
            "redis-check-rdb redis-check-aof redis-sentinel keywright mvn docker awk cat chmod chown cp cut date df dmesg echo find"
                    + " free getconf grep head install iostat ip journalctl kill ls mkdir mv nc read numactl openssl ping printf ps pgrep redis_exporter"
                    + " rm rsync sed sha256sum sort ss stat sysctl systemctl tail tar taskset tee timeout top tr truncate"
                    + " ulimit uniq vmstat wc xargs");

    /** Tools that run the command behind their own words. */
    private static final Set<String> WRAPPERS = words("sudo timeout xargs taskset numactl time docker");

    private static final Set<String> REDIS_TOOLS = words("redis-cli redis-server redis-benchmark");

    private static final Set<String> CLI_FLAGS = words(
            "-x -c -e -2 -3 --raw --no-raw --csv --json --no-auth-warning --askpass --tls --insecure --ldb --scan --bigkeys"
                    + " --memkeys --hotkeys --latency --latency-history --latency-dist --stat --pipe --replica --verbose"
                    + " --show-pushes --version --help");
    private static final Set<String> CLI_OPTIONS = words(
            "-h -p -s -a -u -n -r -i -d -D -X --user --pass --sni --cacert --cacertdir --cert --key --tls-ciphers --rdb"
                    + " --functions-rdb --eval --pattern --quoted-pattern --pipe-timeout --intrinsic-latency --lru-test"
                    + " --memkeys-samples --quoted-input");
    private static final Set<String> CLUSTER_VERBS =
            words("create check info fix reshard rebalance add-node del-node call set-timeout import backup help");
    private static final Set<String> BENCHMARK_OPTIONS = words(
            "-h -p -s -a -u -c -n -d -k -r -P -t -l -I -q -e -x -3 --user --dbnum --threads --cluster --csv --precision"
                    + " --enable-tracking --seed --tls --cacert --cert --key --help");

    /** Directives that the server knows in its file only, or that belong to a Sentinel. */
    private static final Set<String> FILE_ONLY =
            words("include loadmodule rename-command user sentinel check-system version test-memory help");

    /** Stands for arguments that are not shown. */
    private static final String ELIDED = "...";

    private static final Pattern SHOWN = Pattern.compile("`([^`]+)`");
    private static final Pattern NAME = Pattern.compile("[a-z]+(-[a-z0-9]+)+");

    private static Standalone server;
    private static Conversation session;
    private static Set<String> directives;
    private static String version;

    private final Map<String, List<?>> asked = new HashMap<>();
    private final List<String> faults = new ArrayList<>();

    @BeforeAll
    static void start() {
        server = Standalone.start();
        session = new Conversation(server.port());
        directives = new TreeSet<>(server.configuration().keySet());
        version = server.info("redis_version");
    }

    @AfterAll
    static void stop() {
        session.close();
        server.close();
    }

    @Test
    void everyLineOfAnEntryCanBeTyped() {
        for (Filed<Entry> filed : entries()) {
            Filed.lines(filed.thing()).forEach(line -> line(filed.where(), line));
        }
        assertThat(faults).isEmpty();
    }

    @Test
    void everyLineOfAPatternCanBeTyped() {
        for (Filed<PatternSheet> filed : Filed.patterns()) {
            Stream.concat(Filed.lines(filed.thing()), Filed.measured(filed.thing()))
                    .flatMap(line -> Stream.of(line.split(" ; "))) // several commands of one step
                    .forEach(line -> line(filed.where(), line));
        }
        assertThat(faults).isEmpty();
    }

    /** Names in the prose that look like directives of a family the server has, such as {@code maxmemory-...}, are directives. */
    @Test
    void everyDirectiveShownIsOne() {
        Set<String> families = new TreeSet<>();
        directives.stream().filter(name -> name.contains("-")).forEach(name -> families.add(family(name)));
        for (Filed<Entry> filed : entries()) {
            texts(filed.thing())
                    .forEach(text -> SHOWN.matcher(text).results().forEach(shown -> {
                        String name = shown.group(1).split("[\\s=]", -1)[0];
                        if (NAME.matcher(name).matches()
                                && families.contains(family(name))
                                && !NOT_DIRECTIVES.contains(name)) {
                            directive(filed.where(), name, shown.group());
                        }
                    }));
        }
        assertThat(faults).isEmpty();
    }

    /** Words that only look like directives: products, fields of INFO, values, directives of other versions. */
    private static final Set<String> NOT_DIRECTIVES =
            words("set-max-listpack-entries set-max-listpack-value io-threads-do-reads");

    /** Entries about this server's version or an older one; newer commands are unknown to it. */
    private static List<Filed<Entry>> entries() {
        return Filed.entries().stream()
                .filter(filed ->
                        filed.thing().since().map(since -> !newer(since)).orElse(true))
                .toList();
    }

    private static boolean newer(String since) {
        int[] wanted =
                Arrays.stream(since.split("\\.")).mapToInt(Integer::parseInt).toArray();
        int[] running =
                Arrays.stream(version.split("\\.")).mapToInt(Integer::parseInt).toArray();
        return Arrays.compare(wanted, running) > 0;
    }

    private static Stream<String> texts(Entry entry) {
        return Stream.of(
                        Stream.of(entry.answer()),
                        entry.why().stream(),
                        entry.caveat().stream(),
                        entry.commands().stream().flatMap(command -> command.note().stream()),
                        entry.steps().stream()
                                .flatMap(step -> Stream.concat(step.look().stream(), step.back().stream())))
                .flatMap(texts -> texts);
    }

    private static String family(String name) {
        return name.substring(0, name.indexOf('-'));
    }

    private void line(String where, String line) {
        try {
            String first = line.strip().split("\\s+")[0];
            if (first.equals(first.toUpperCase(Locale.ROOT)) && first.matches("[A-Z][A-Z_.]*")) {
                redis(where, CommandLine.words(line));
                return;
            }
            CommandLine.commands(line).forEach(words -> tool(where, words));
            CommandLine.written(line).forEach((file, text) -> {
                if (file.endsWith(".conf") && file.contains("redis")) {
                    configuration(where, text);
                }
            });
        } catch (IllegalArgumentException e) {
            faults.add(where + ": " + line + ": " + e.getMessage());
        }
    }

    private void tool(String where, List<String> words) {
        String tool = words.get(0);
        switch (tool) {
            case "redis-cli" -> cli(where, words);
            case "redis-server" -> options(where, words);
            case "redis-benchmark" -> benchmark(where, words);
            default -> {
                expect(TOOLS.contains(tool) || WRAPPERS.contains(tool), where, words, tool + " is no tool of ours");
                for (int i = 1; WRAPPERS.contains(tool) && i < words.size(); i++) {
                    if (REDIS_TOOLS.contains(words.get(i))) {
                        List<String> wrapped = new ArrayList<>(words.subList(i, words.size()));
                        wrapped.addAll(tool.equals("xargs") ? List.of(ELIDED) : List.of());
                        tool(where, wrapped);
                        return;
                    }
                }
            }
        }
    }

    private void cli(String where, List<String> words) {
        int i = 1;
        boolean mode = false;
        for (; i < words.size() && words.get(i).startsWith("-"); i++) {
            String option = words.get(i);
            if (option.equals("--cluster")) {
                expect(
                        i + 1 < words.size() && CLUSTER_VERBS.contains(words.get(i + 1)),
                        where,
                        words,
                        "verb of --cluster");
                if (words.get(i + 1).equals("call")) {
                    redis(
                            where,
                            words.subList(i + 3, words.size()).stream()
                                    .filter(word -> !word.startsWith("--cluster-"))
                                    .toList());
                }
                return;
            }
            if (CLI_OPTIONS.contains(option)) {
                mode |= option.equals("--rdb")
                        || option.equals("--intrinsic-latency")
                        || option.equals("--functions-rdb");
                if (option.equals("--eval")) {
                    return;
                }
                i++;
            } else {
                mode |= option.length() > 2;
                expect(CLI_FLAGS.contains(option), where, words, "redis-cli knows no " + option);
            }
        }
        List<String> command = words.subList(Math.min(i, words.size()), words.size());
        if (!command.isEmpty()) {
            redis(where, command);
        } else {
            expect(mode || words.size() == i, where, words, "says nothing");
        }
    }

    private void benchmark(String where, List<String> words) {
        int i = 1;
        for (; i < words.size() && words.get(i).startsWith("-"); i++) {
            String option = words.get(i);
            expect(BENCHMARK_OPTIONS.contains(option), where, words, "redis-benchmark knows no " + option);
            boolean alone = words("-q -e -l -I -x -3 --cluster --csv --enable-tracking --tls --help")
                    .contains(option);
            i += alone ? 0 : 1;
        }
        if (i < words.size()) {
            redis(where, words.subList(i, words.size()));
        }
    }

    private void options(String where, List<String> words) {
        for (String word : words) {
            if (word.startsWith("--")) {
                directive(where, word.substring(2), String.join(" ", words));
            }
        }
    }

    private void configuration(String where, String file) {
        file.lines().filter(line -> !line.isBlank()).forEach(line -> directive(where, line.split("\\s+")[0], line));
    }

    /** A Redis command is known, with its subcommand, and has as many words as it needs. */
    private void redis(String where, List<String> words) {
        String name = words.get(0).toLowerCase(Locale.ROOT);
        if (name.equals("sentinel")) {
            return;
        }
        List<?> info = info(name);
        if (info.isEmpty()) {
            expect(false, where, words, "the server knows no " + name);
            return;
        }
        boolean container = !((List<?>) info.get(9)).isEmpty();
        if (container && words.size() > 1) {
            info = info(name + "|" + words.get(1).toLowerCase(Locale.ROOT));
            if (info.isEmpty()) {
                expect(false, where, words, "the server knows no " + name + " " + words.get(1));
                return;
            }
        }
        long arity = (Long) info.get(1);
        boolean elided = words.contains(ELIDED);
        expect(elided || (arity > 0 ? words.size() == arity : words.size() >= -arity), where, words, "number of words");
        if (name.equals("config")) {
            config(where, words);
        }
    }

    private void config(String where, List<String> words) {
        boolean set = words.get(1).equalsIgnoreCase("set");
        boolean get = words.get(1).equalsIgnoreCase("get");
        for (int i = 2; (set || get) && i < words.size(); i += set ? 2 : 1) {
            directive(where, words.get(i).toLowerCase(Locale.ROOT), String.join(" ", words));
        }
    }

    private void directive(String where, String name, String line) {
        if (directives.contains(name) || FILE_ONLY.contains(name)) {
            return;
        }
        boolean known = !((List<?>) session.say(List.of("CONFIG", "GET", name))).isEmpty();
        expect(known, where, List.of(line), "the server has no directive " + name);
    }

    /** The server's entry of a command; empty when it has none. */
    private List<?> info(String name) {
        return asked.computeIfAbsent(name, key -> {
            Object reply = ((List<?>) session.say(List.of("COMMAND", "INFO", key))).get(0);
            return reply instanceof List<?> known ? known : List.of();
        });
    }

    private void expect(boolean holds, String where, List<String> words, String fault) {
        if (!holds) {
            faults.add("%s: %s: %s".formatted(where, String.join(" ", words), fault));
        }
    }

    private static Set<String> words(String text) {
        return Set.of(text.split(" "));
    }
}

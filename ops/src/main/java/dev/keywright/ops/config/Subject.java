package dev.keywright.ops.config;

import dev.keywright.ops.Finding.Place;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What rules look at: the settings of a conf file or of a running server, and whatever else is known of it. A setting that is not
 * given has the default of the release.
 */
final class Subject {

    /** How much a replica's output may grow before it is cut off. */
    record BufferLimit(long hardBytes, long softBytes, long softSeconds) {}

    /** A rule of snapshots. */
    record SavePoint(long seconds, long changes) {}

    private static final Set<String> LOOPBACK =
            Set.of("127.0.0.1", "::1", "localhost", "-127.0.0.1", "-::1", "-localhost");

    private final String name;
    private final Release release;
    private final Optional<ConfFile> file;
    private final Optional<LiveNode> live;
    private final Machine machine;
    private final Optional<String> allocator;
    private final Optional<Role> given;
    private final List<Subject> nodes;
    private final List<String> silent;
    private final Optional<LiveWatch> watch;
    private final Map<String, ConfFile.Line> lines = new LinkedHashMap<>();

    private Subject(
            String name,
            Release release,
            Optional<ConfFile> file,
            Optional<LiveNode> live,
            Machine machine,
            Optional<String> allocator,
            Optional<Role> role,
            List<Subject> nodes,
            List<String> silent,
            Optional<LiveWatch> watch) {
        this.name = name;
        this.release = release;
        this.file = file;
        this.live = live;
        this.machine = machine;
        this.allocator = allocator;
        this.given = role;
        this.nodes = List.copyOf(nodes);
        this.silent = List.copyOf(silent);
        this.watch = watch;
        file.ifPresent(conf -> conf.lines()
                .forEach(line -> Directives.known()
                        .find(line.name())
                        .filter(directive -> accepts(directive, line))
                        .ifPresent(directive -> lines.put(directive.name(), line))));
    }

    static Subject file(
            ConfFile file, Release release, Machine machine, Optional<String> allocator, Optional<Role> role) {
        return new Subject(
                file.name(),
                release,
                Optional.of(file),
                Optional.empty(),
                machine,
                allocator,
                role,
                List.of(),
                List.of(),
                Optional.empty());
    }

    static Subject server(LiveNode node, Machine machine, Optional<Role> role) {
        return new Subject(
                node.address(),
                node.release(),
                Optional.empty(),
                Optional.of(node),
                machine,
                node.info("mem_allocator"),
                role,
                List.of(),
                List.of(),
                Optional.empty());
    }

    /** What running Sentinels say of a master. */
    static Subject watch(LiveWatch watch, Release release) {
        return new Subject(
                watch.master(),
                release,
                Optional.empty(),
                Optional.empty(),
                Machine.UNKNOWN,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                List.of(),
                Optional.of(watch));
    }

    /** Several servers that belong together; settings are those of the first one. */
    static Subject group(String name, List<Subject> nodes, List<String> silent) {
        Subject first = nodes.get(0);
        return new Subject(
                name,
                first.release,
                Optional.empty(),
                first.live,
                first.machine,
                first.allocator,
                first.given,
                nodes,
                silent,
                Optional.empty());
    }

    /** The servers that belong together; none unless it is a group. */
    List<Subject> nodes() {
        return nodes;
    }

    /** Servers that belong to them and did not answer. */
    List<String> silent() {
        return silent;
    }

    Optional<LiveWatch> watch() {
        return watch;
    }

    private boolean accepts(Directive directive, ConfFile.Line line) {
        return directive.exists(release)
                && directive.kind(release).complaint(line.arguments()).isEmpty();
    }

    String name() {
        return name;
    }

    Release release() {
        return release;
    }

    Machine machine() {
        return machine;
    }

    Optional<String> allocator() {
        return allocator;
    }

    Optional<ConfFile> file() {
        return file;
    }

    Optional<LiveNode> live() {
        return live;
    }

    /** The lines of the file; none for a running server. */
    List<ConfFile.Line> lines() {
        return file.map(ConfFile::lines).orElse(List.of());
    }

    /** What it is for: as was said, or a cache where any key may be evicted. */
    Role role() {
        return given.orElseGet(() -> text("maxmemory-policy").startsWith("allkeys-") ? Role.CACHE : Role.STORE);
    }

    boolean roleIsGiven() {
        return given.isPresent();
    }

    /** The value of a setting, or its default. Several words are joined by blanks. */
    String text(String directive) {
        Optional<String> set = live.isPresent()
                ? live.get().setting(directive)
                : Optional.ofNullable(lines.get(directive)).map(line -> String.join(" ", line.arguments()));
        return set.orElseGet(() -> Directives.known()
                .find(directive)
                .orElseThrow(() -> new IllegalArgumentException(directive + " is no directive"))
                .defaultValue(release));
    }

    boolean is(String directive, String value) {
        return text(directive).equalsIgnoreCase(value);
    }

    boolean isYes(String directive) {
        return is(directive, "yes");
    }

    /** A number or an amount of memory; 0 when it is neither, as a share is. */
    long number(String directive) {
        String text = text(directive);
        OptionalLong whole = Numbers.whole(text);
        return whole.isPresent() ? whole.getAsLong() : Numbers.memory(text).orElse(0);
    }

    /** Whether a line of the file says it; of a running server, whether it differs from the default. */
    boolean isGiven(String directive) {
        return live.isPresent()
                ? !text(directive)
                        .equals(Directives.known().find(directive).orElseThrow().defaultValue(release))
                : lines.containsKey(directive);
    }

    /** The line that says it, or the file or server as a whole. */
    Place place(String directive) {
        ConfFile.Line line = lines.get(directive);
        return line == null ? Place.whole(name) : line.place();
    }

    Place place() {
        return Place.whole(name);
    }

    Optional<ConfFile.Line> line(String directive) {
        return Optional.ofNullable(lines.get(directive));
    }

    /** All lines of a directive that adds up. */
    List<ConfFile.Line> linesOf(String directive) {
        return lines().stream()
                .filter(line -> Directives.known()
                        .find(line.name())
                        .filter(known -> known.name().equals(directive))
                        .isPresent())
                .toList();
    }

    /** How the fix is written: CONFIG SET for a running server where it can be set, else a line of the file. */
    String set(String directive, String value) {
        boolean now = live.isPresent()
                && Directives.known().find(directive).orElseThrow().set() == Directive.Set.LIVE;
        return now
                ? "CONFIG SET " + directive + " " + (value.startsWith("<") ? value : Words.quoted(value))
                : directive + " " + value;
    }

    List<SavePoint> savePoints() {
        List<String> words = new ArrayList<>();
        if (live.isPresent() || !lines.containsKey("save")) {
            words.addAll(List.of(text("save").split(" ")));
        } else {
            linesOf("save").forEach(line -> words.addAll(line.arguments()));
        }
        words.removeIf(String::isEmpty);
        List<SavePoint> points = new ArrayList<>();
        for (int i = 0; i + 1 < words.size(); i += 2) {
            points.add(new SavePoint(
                    Numbers.loose(words.get(i)).orElse(0),
                    Numbers.loose(words.get(i + 1)).orElse(0)));
        }
        return points;
    }

    boolean persists() {
        return isYes("appendonly") || !savePoints().isEmpty();
    }

    /** Limits of a class: normal, replica or pubsub. */
    BufferLimit bufferLimit(String ofClass) {
        List<String> words = new ArrayList<>(List.of(Directives.known()
                .find("client-output-buffer-limit")
                .orElseThrow()
                .defaultValue(release)
                .split(" ")));
        if (live.isPresent()) {
            words.addAll(List.of(text("client-output-buffer-limit").split(" ")));
        } else {
            linesOf("client-output-buffer-limit").forEach(line -> words.addAll(line.arguments()));
        }
        BufferLimit limit = new BufferLimit(0, 0, 0);
        for (int i = 0; i + 3 < words.size(); i += 4) {
            String found = words.get(i).toLowerCase(Locale.ROOT).replace("slave", "replica");
            if (found.equals(ofClass)) {
                limit = new BufferLimit(
                        Numbers.memory(words.get(i + 1)).orElse(0),
                        Numbers.memory(words.get(i + 2)).orElse(0),
                        Numbers.loose(words.get(i + 3)).orElse(0));
            }
        }
        return limit;
    }

    /** Whether other machines can reach the port. */
    boolean listensToOthers() {
        List<String> addresses = List.of(text("bind").strip().split(" +"));
        boolean all = addresses.stream().allMatch(LOOPBACK::contains);
        return !all && (number("port") != 0 || number("tls-port") != 0);
    }

    boolean isCluster() {
        return isYes("cluster-enabled");
    }

    /** Whether it is, has or is prepared to be a replica. */
    boolean isReplicated() {
        return isReplica()
                || isCluster()
                || number("min-replicas-to-write") > 0
                || live.flatMap(node -> node.info("connected_slaves"))
                        .filter(count -> !count.equals("0"))
                        .isPresent();
    }

    boolean isReplica() {
        String master = text("replicaof");
        return !master.isEmpty() && !master.equalsIgnoreCase("no one");
    }

    /** Users of the file or of the running server, without what ACL files elsewhere say. */
    List<User> users() {
        return live.map(LiveNode::users)
                .orElseGet(() -> lines().stream()
                        .filter(line ->
                                line.name().equals("user") && !line.arguments().isEmpty())
                        .map(line -> new User(
                                line.arguments().get(0),
                                line.arguments().subList(1, line.arguments().size()),
                                line.place()))
                        .toList());
    }

    /** Whether whoever connects may do anything without giving a password, as far as can be seen. */
    boolean isOpen() {
        Optional<User> standard =
                users().stream().filter(user -> user.name().equals("default")).reduce((first, last) -> last);
        if (standard.isPresent()) {
            return standard.get().isOn() && standard.get().needsNoPassword();
        }
        return text("requirepass").isEmpty() && text("aclfile").isEmpty() && !isUsersFile();
    }

    boolean isUsersFile() {
        return file.filter(conf -> conf.kind() == ConfFile.Kind.USERS).isPresent();
    }

    boolean isSentinel() {
        return file.filter(conf -> conf.kind() == ConfFile.Kind.SENTINEL).isPresent();
    }

    /** A field of INFO as a number; absent for a file, or when the server does not tell it. */
    OptionalDouble info(String field) {
        Optional<String> value = live.flatMap(node -> node.info(field));
        try {
            return value.isPresent()
                    ? OptionalDouble.of(Double.parseDouble(value.get().replace("%", "")))
                    : OptionalDouble.empty();
        } catch (NumberFormatException e) {
            return OptionalDouble.empty();
        }
    }
}

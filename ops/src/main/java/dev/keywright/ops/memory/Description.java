package dev.keywright.ops.memory;

import dev.keywright.ops.OpsException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Data and servers as they were described: a text for each field, and who says so. It is what words, files and samples become,
 * what {@code --set} changes and what {@code --yaml} prints. {@link #task} reads the texts. One thread.
 */
public final class Description {

    /** The part that is about the servers; every other name is one of data. */
    public static final String SERVER = "server";

    private static final Pattern VERSION =
            Pattern.compile("(redis|valkey)[- ]?v?(\\d{1,2})(?:\\.(\\d{1,2}))?(?:\\.\\d+)*");
    private static final Map<String, Allocator> ALLOCATORS = allocators();
    private static final Map<String, HeadRoom.Churn> CHURN = Map.of(
            "steady", HeadRoom.Churn.STEADY,
            "mixed", HeadRoom.Churn.MIXED,
            "deletes", HeadRoom.Churn.MASS_DELETES);
    private static final int NEWEST = 99;
    private static final double MOST_KEYS = 1e12;

    /**
     * What is said of a field.
     *
     * @param from the very words, or why it is assumed
     * @param place such as {@code data.yaml:7}; empty for words
     */
    public record Said(String text, Origin origin, String from, String place) {}

    /** A figure and where it comes from. */
    public record Figure(String name, String value, Origin origin, String from) {}

    private final Map<String, Map<String, Said>> parts = new LinkedHashMap<>();
    private final List<String> notes = new ArrayList<>();

    /** Says something of a field; what was said of it before is forgotten. */
    public void say(String part, String field, String text, Origin origin, String from) {
        say(part, field, new Said(text, origin, from, ""));
    }

    void say(String part, String field, Said said) {
        parts.computeIfAbsent(part, name -> new LinkedHashMap<>()).put(field, said);
    }

    /** Something to mind about how it was understood; one sentence. */
    public void note(String sentence) {
        notes.add(sentence);
    }

    public List<String> notes() {
        return List.copyOf(notes);
    }

    /** The same with something else said of one field. */
    Description with(String part, String field, String text) {
        Description other = new Description();
        parts.forEach((name, fields) -> fields.forEach((title, said) -> other.say(name, title, said)));
        other.say(part, field, text, Origin.ASKED, "");
        return other;
    }

    /** The servers are like this one. */
    public void sayServer(Profile profile, String from) {
        String version = profile.version()
                .name()
                .toLowerCase(Locale.ROOT)
                .replaceFirst("_", "-")
                .replace('_', '.');
        say(SERVER, "version", version, Origin.SEEN, from);
        say(SERVER, "allocator", name(profile.allocator()), Origin.SEEN, from);
        say(SERVER, "evicts", profile.sharesIntegers() ? "no" : "yes", Origin.SEEN, from);
        Fields.LIMITS.forEach((name, limit) -> {
            if (limit.of(profile.limits()) != limit.of(Limits.DEFAULTS)) {
                say(SERVER, name, Long.toString(limit.of(profile.limits())), Origin.SEEN, from);
            }
        });
    }

    /**
     * Overrules a field, as {@code --set sessions.fields=10} or {@code --set server.version=redis-8} do.
     *
     * @throws OpsException when there is no such field
     */
    public void overrule(String setting) {
        int equals = setting.indexOf('=');
        String path = equals < 0 ? setting : setting.substring(0, equals).strip();
        int dot = path.lastIndexOf('.');
        List<String> data = names();
        String part = dot > 0 ? path.substring(0, dot) : data.size() == 1 ? data.get(0) : "";
        String field = path.substring(dot + 1);
        if (equals < 1 || !(part.equals(SERVER) || data.contains(part))) {
            throw new OpsException("--set " + setting + " names no field. Write part.field=value; parts are "
                    + String.join(", ", data) + " and server.");
        }
        String where = "--set " + setting;
        refuseUnknown(part, field, where);
        say(part, field, new Said(setting.substring(equals + 1).strip(), Origin.ASKED, where, where));
    }

    /** The kinds of data, in their order. */
    public List<String> names() {
        return parts.keySet().stream().filter(name -> !name.equals(SERVER)).toList();
    }

    Map<String, Said> part(String name) {
        return parts.getOrDefault(name, Map.of());
    }

    /** What of the data nobody said and nothing can be assumed for; empty when it can be sized. */
    public Optional<String> missing() {
        if (names().isEmpty()) {
            return Optional.of("no data was described; say how many keys of which kind there are");
        }
        for (String name : names()) {
            Map<String, Said> part = part(name);
            String type = part.containsKey(Fields.TYPE) ? part.get(Fields.TYPE).text() : "";
            List<String> left = Fields.of(type).orElse(List.of()).stream()
                    .filter(field -> field.isNeeded() && !part.containsKey(field.name()))
                    .map(Fields.Field::name)
                    .toList();
            if (!left.isEmpty()) {
                return Optional.of(String.join(" and ", left) + " of " + name
                        + (left.size() == 1 && !left.get(0).endsWith("s") ? " is" : " are") + " not said; add --set "
                        + name + "."
                        + left.get(0) + "=...");
            }
        }
        return Optional.empty();
    }

    /** Every figure that the sizes hang on: those that were said, and those that are assumed. */
    public List<Figure> figures() {
        List<Figure> figures = new ArrayList<>();
        for (String name : names()) {
            figures(figures, name, Fields.of(type(name)).orElse(List.of()));
        }
        figures(figures, SERVER, Fields.ofServer());
        return figures;
    }

    private void figures(List<Figure> figures, String part, List<Fields.Field> fields) {
        for (Fields.Field field : fields) {
            Said said = said(part, field);
            if (said.origin() != Origin.ASSUMED || !Fields.LIMITS.containsKey(field.name())) {
                figures.add(new Figure(part + "." + field.name(), said.text(), said.origin(), said.from()));
            }
        }
    }

    /**
     * What was described, read and checked.
     *
     * @throws OpsException when a text is none of its field, or a field is missing
     */
    public SizeTask task() {
        missing().ifPresent(missing -> {
            throw new OpsException("It cannot be sized: " + missing + ".");
        });
        return new SizeTask(names().stream().map(this::item).toList(), target());
    }

    private String type(String name) {
        Said said = part(name).get(Fields.TYPE);
        if (said == null) {
            return "";
        }
        String type = said.text().toLowerCase(Locale.ROOT);
        if (Fields.of(type).isEmpty()) {
            throw new OpsException(place(said) + name + " has the type " + said.text()
                    + ", which is none. Write one of " + String.join(", ", Fields.types()) + ".");
        }
        return type;
    }

    /** Whether there is such a field. */
    void refuseUnknown(String part, String field, String where) {
        List<String> names = part.equals(SERVER)
                ? Fields.ofServer().stream().map(Fields.Field::name).toList()
                : known(part);
        if (!names.contains(field)) {
            throw new OpsException(where + ": " + part + " has no field " + field + "."
                    + Fields.nearest(field, names)
                            .map(near -> " Did you mean " + near + "?")
                            .orElse(" Known are " + String.join(", ", names) + "."));
        }
    }

    private List<String> known(String part) {
        Optional<List<Fields.Field>> fields = Fields.of(type(part));
        Set<String> names = new LinkedHashSet<>(List.of(Fields.TYPE));
        fields.map(List::stream)
                .orElseGet(() -> Fields.types().stream().flatMap(type -> Fields.of(type).orElseThrow().stream()))
                .forEach(field -> names.add(field.name()));
        return List.copyOf(names);
    }

    private Said said(String part, Fields.Field field) {
        Said said = part(part).get(field.name());
        return said == null ? new Said(field.otherwise(), Origin.ASSUMED, field.why(), "") : said;
    }

    private <T> T read(String part, String name, Function<String, T> reader) {
        Fields.Field field = (part.equals(SERVER)
                        ? Fields.ofServer()
                        : Fields.of(type(part)).orElseThrow())
                .stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
        Said said = said(part, field);
        try {
            return reader.apply(said.text());
        } catch (OpsException | IllegalArgumentException wrong) {
            throw new OpsException(place(said) + part + "." + name + ": " + wrong.getMessage(), wrong);
        }
    }

    private static String place(Said said) {
        return said.place().isEmpty() ? "" : said.place() + ": ";
    }

    private SizeTask.Item item(String name) {
        long keys = read(name, Fields.KEYS, Description::keys);
        Sizes names = read(
                name,
                Fields.KEY,
                text -> KeyPattern.isOne(text) ? KeyPattern.lengths(text, keys) : Notation.sizes(text));
        double expiring = read(name, Fields.EXPIRING, Notation::share);
        return new SizeTask.Item(name, DataSet.of(keys, names, value(name)).withTtl(expiring));
    }

    private Value value(String name) {
        Function<String, Sizes> sizes = field -> read(name, field, Notation::sizes);
        Function<String, Content> content = field -> read(name, field, Notation::content);
        return switch (type(name)) {
            case "string" -> new Value.Text(content.apply("value"));
            case "hash" ->
                new Value.Hash(
                        sizes.apply("fields"),
                        content.apply("names"),
                        content.apply("values"),
                        read(name, "field-expiring", Notation::share));
            case "list" ->
                new Value.ListOf(
                        sizes.apply("elements"), content.apply("element"), read(name, "compressed", Notation::share));
            case "set" -> new Value.SetOf(sizes.apply("members"), content.apply("member"));
            case "zset" ->
                new Value.SortedSet(sizes.apply("members"), content.apply("member"), content.apply("scores"));
            case "stream" ->
                new Value.Stream(
                        sizes.apply("entries"),
                        read(name, "fields", Description::small),
                        content.apply("names"),
                        content.apply("values"),
                        read(name, "apart", Notation::number),
                        new Value.Consumers(
                                read(name, "groups", Description::small),
                                read(name, "consumers", Description::small),
                                read(name, "pending", Notation::count)));
            case "hyperloglog" -> new Value.HyperLogLog(sizes.apply("distinct"));
            default -> new Value.Bitmap(sizes.apply("bits"), read(name, "stride", Notation::count));
        };
    }

    private SizeTask.Target target() {
        Map<String, String> directives = new LinkedHashMap<>();
        for (String name : Fields.LIMITS.keySet()) {
            directives.put(name, Long.toString(read(SERVER, name, Description::whole)));
        }
        Profile profile = Profile.of(
                        read(SERVER, "allocator", Description::allocator),
                        read(SERVER, "version", Description::version))
                .withLimits(Limits.of(directives))
                .withSharedIntegers(!read(SERVER, "evicts", Description::yes));
        return new SizeTask.Target(
                profile,
                read(SERVER, "masters", Description::small),
                read(SERVER, "replicas", Description::small),
                read(SERVER, "persistence", Description::persistence),
                read(SERVER, "clients", Notation::count),
                read(SERVER, "writes", Notation::number),
                read(SERVER, "churn", text -> one(CHURN, text)),
                read(SERVER, "growth", Description::growth),
                read(SERVER, "months", Description::small),
                read(SERVER, "machine", Notation::number));
    }

    private static long keys(String text) {
        double number = Notation.number(text);
        if (number > MOST_KEYS) {
            throw new OpsException("\"" + text + "\" is more than any servers hold; give 1,000,000,000,000 at most.");
        }
        return Math.round(number);
    }

    private static long whole(String text) {
        return text.strip().startsWith("-") ? -Notation.count(text.strip().substring(1)) : Notation.count(text);
    }

    private static int small(String text) {
        return Math.toIntExact(Math.min(Integer.MAX_VALUE, Notation.count(text)));
    }

    /** A share that may pass 100 %. */
    private static double growth(String text) {
        return Notation.number(text.replace("%", "").strip()) / 100;
    }

    private static boolean yes(String text) {
        return one(Map.of("yes", true, "true", true, "no", false, "false", false), text);
    }

    private static SizeTask.Persistence persistence(String text) {
        return one(
                Map.of(
                        "none", SizeTask.Persistence.NONE,
                        "rdb", SizeTask.Persistence.RDB,
                        "aof", SizeTask.Persistence.AOF),
                text);
    }

    private static Allocator allocator(String text) {
        return one(ALLOCATORS, text);
    }

    private static <T> T one(Map<String, T> choices, String text) {
        T choice = choices.get(text.strip().toLowerCase(Locale.ROOT));
        if (choice == null) {
            throw new OpsException("\"" + text + "\" is none of "
                    + String.join(", ", choices.keySet().stream().sorted().toList()) + "; choose one.");
        }
        return choice;
    }

    /** The newest known version that is not newer. */
    static Version version(String text) {
        Matcher form = VERSION.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (!form.matches() || Integer.parseInt(form.group(2)) < 7) {
            throw new OpsException("\"" + text + "\" names no server of 7.0 or newer; write redis-7.0, redis-7.2,"
                    + " redis-7.4, redis-8, valkey-7.2, valkey-8 or the like.");
        }
        int minor = form.group(3) == null ? NEWEST : Integer.parseInt(form.group(3));
        return Version.of(form.group(1).equals("valkey"), Integer.parseInt(form.group(2)), minor);
    }

    private static Map<String, Allocator> allocators() {
        Map<String, Allocator> names = new LinkedHashMap<>();
        names.put("jemalloc", Allocator.JEMALLOC_8);
        names.put("debian", Allocator.JEMALLOC_16);
        names.put("libc", Allocator.LIBC);
        names.put("jemalloc-8", Allocator.JEMALLOC_8);
        names.put("jemalloc-16", Allocator.JEMALLOC_16);
        names.put("ubuntu", Allocator.JEMALLOC_16);
        names.put("musl", Allocator.LIBC);
        return names;
    }

    private static String name(Allocator allocator) {
        return ALLOCATORS.entrySet().stream()
                .filter(entry -> entry.getValue() == allocator)
                .findFirst()
                .orElseThrow()
                .getKey();
    }
}

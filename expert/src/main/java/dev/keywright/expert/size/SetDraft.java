package dev.keywright.expert.size;

import dev.keywright.ops.memory.Description;
import dev.keywright.ops.memory.Origin;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One kind of data as far as a text was read. One thread. */
final class SetDraft {

    /** A notation and the words it was read from. */
    record Said(String text, Origin origin, String from) {
        static Said asked(String text, String from) {
            return new Said(text, Origin.ASKED, from);
        }
    }

    /** Of which part a size is spoken. */
    enum Part {
        KEY,
        NAMES,
        CONTENT,
        SCORES,
        WHOLE
    }

    String name = "";
    String type = "";
    String noun = "";
    /** Whether the type was said, and not only follows from a noun. */
    boolean typed;
    /** Whether it was spoken of as one thing: "a leaderboard". */
    boolean single;
    /** What each one is for: "a set per user". */
    String per = "";

    double keys = Double.NaN;
    String keysFrom = "";
    double perSecond = Double.NaN;
    double ttlSeconds = Double.NaN;
    double dataBytes = Double.NaN;
    double elementsPerSecond = Double.NaN;
    final Map<String, Said> said = new LinkedHashMap<>();
    private final Map<Part, Said> sizes = new LinkedHashMap<>();
    private final Map<Double, Said> mix = new LinkedHashMap<>();
    private final List<Double> weights = new ArrayList<>();
    /** Counted elements in the notation of sizes; empty while none are. */
    String elements = "";

    String elementsFrom = "";

    boolean hasKeys() {
        return !Double.isNaN(keys);
    }

    boolean hasElements() {
        return !elements.isEmpty();
    }

    boolean holds() {
        return !type.isEmpty() && !type.equals("string") && !type.equals("counter");
    }

    void elements(String text, String from) {
        elements = text;
        elementsFrom = from;
    }

    boolean has(Part part) {
        return sizes.containsKey(part);
    }

    void size(Part part, String text, String from) {
        sizes.put(part, Said.asked(text, from));
    }

    /** One of several sizes, with its share in percent. */
    void share(double percent, String text, String from) {
        weights.add(percent);
        mix.put((double) mix.size(), Said.asked(text, from));
    }

    /** Says to a description all that is known, under a name that no other data has. */
    void say(Description description) {
        settle();
        String title = title(description);
        String kind = type.equals("counter") ? "string" : type.equals("geo") ? "zset" : type;
        say(
                description,
                title,
                "type",
                new Said(kind, typed ? Origin.ASKED : Origin.ASSUMED, typed ? noun : "usual for " + noun));
        if (hasKeys()) {
            Origin origin =
                    keysFrom.startsWith("=") ? Origin.DERIVED : keysFrom.isEmpty() ? Origin.DERIVED : Origin.ASKED;
            say(
                    description,
                    title,
                    "keys",
                    new Said(whole(keys), origin, keysFrom.isEmpty() ? "one was spoken of" : keysFrom));
        }
        if (sizes.containsKey(Part.KEY)) {
            say(description, title, "key", sizes.get(Part.KEY));
        }
        contents(kind).forEach((field, value) -> say(description, title, field, value));
        said.forEach((field, value) -> say(description, title, field, value));
    }

    private static void say(Description description, String title, String field, Said value) {
        description.say(title, field, value.text(), value.origin(), value.from());
    }

    private void settle() {
        boolean both = sizes.containsKey(Part.WHOLE) && sizes.containsKey(Part.CONTENT);
        if (both && Lexicon.KEYS.contains(noun)) {
            sizes.putIfAbsent(Part.KEY, sizes.get(Part.WHOLE)); // 5M keys of 20 bytes with values of 100
        }
        if (type.isEmpty()) {
            String usual = Lexicon.usual(noun).orElse(hasElements() ? "set" : "string");
            boolean whole = !hasElements() && !usual.equals("string");
            type = whole || usual.equals("string") && !hasElements()
                    ? "string"
                    : usual.equals("string") ? "hash" : usual;
        }
        if (!hasKeys() && !Double.isNaN(perSecond) && !Double.isNaN(ttlSeconds)) {
            keys = perSecond * ttlSeconds;
            keysFrom = "= rate times lifetime";
        }
        if (!hasKeys() && (hasElements() || type.equals("hyperloglog")) && per.isEmpty()) {
            keys = 1;
        }
    }

    private Map<String, Said> contents(String kind) {
        Map<String, Said> fields = new LinkedHashMap<>();
        if (hasElements()) {
            String field = switch (kind) {
                case "hash" -> "fields";
                case "list" -> "elements";
                case "stream" -> "entries";
                case "hyperloglog" -> "distinct";
                case "bitmap" -> "bits";
                default -> "members";
            };
            fields.put(field, Said.asked(elements, elementsFrom));
        }
        if (sizes.containsKey(Part.NAMES)) {
            fields.put("names", sizes.get(Part.NAMES));
        }
        if (sizes.containsKey(Part.SCORES) && kind.equals("zset")) {
            fields.put("scores", sizes.get(Part.SCORES));
        } else if (type.equals("geo")) {
            fields.put(
                    "scores",
                    new Said(
                            "integers 1000000000000000-4000000000000000",
                            Origin.DERIVED,
                            "places are scores of 52 bits"));
        }
        String field = switch (kind) {
            case "string" -> "value";
            case "hash", "stream" -> "values";
            case "list" -> "element";
            case "set", "zset" -> "member";
            default -> "";
        };
        Said content = content(kind);
        if (!field.isEmpty() && content != null) {
            fields.put(field, content);
        }
        return fields;
    }

    private @Nullable Said content(String kind) {
        if (!mix.isEmpty()) {
            return mixed();
        }
        Said whole = sizes.get(Part.WHOLE);
        if (sizes.containsKey(Part.CONTENT)) {
            return sizes.get(Part.CONTENT);
        }
        if (whole != null && kind.equals("hash") && hasElements()) {
            return parted(whole);
        }
        if (whole != null) {
            return whole;
        }
        if (type.equals("counter")) {
            return new Said("integers 0-1000000", Origin.ASSUMED, "usual counts");
        }
        return null;
    }

    /** Of a size for all of a hash what is left for each value. */
    private Said parted(Said whole) {
        double bytes = number(whole.text());
        double fields = Math.max(1, number(elements));
        double names =
                sizes.containsKey(Part.NAMES) ? number(sizes.get(Part.NAMES).text()) : 10;
        long each = Math.max(1, Math.round(bytes / fields - names));
        return new Said(
                Long.toString(each), Origin.DERIVED, whole.from() + " over " + elements + " fields, less their names");
    }

    private Said mixed() {
        double sum = weights.stream().mapToDouble(weight -> weight).sum();
        StringBuilder text = new StringBuilder();
        StringBuilder from = new StringBuilder();
        int i = 0;
        for (Said part : mix.values()) {
            append(text, weights.get(i++), part.text());
            from.append(from.length() == 0 ? "" : ", ").append(part.from());
        }
        Said rest = sizes.getOrDefault(Part.CONTENT, sizes.get(Part.WHOLE));
        if (sum < 100 && rest != null) {
            append(text, 100 - sum, rest.text());
        } else if (sum < 100 && mix.size() == 1) {
            return mix.values().iterator().next();
        }
        return Said.asked(text.toString(), from.toString());
    }

    private static void append(StringBuilder text, double percent, String part) {
        text.append(text.length() == 0 ? "" : " | ")
                .append(SizeWords.number(percent))
                .append(" % ")
                .append(part);
    }

    /** The middle of a notation of one or two numbers. */
    private static double number(String notation) {
        double sum = 0;
        int found = 0;
        for (String word : notation.replaceFirst("deviation.*", "").split("[^0-9.]+")) {
            if (!word.isEmpty()) {
                sum += Double.parseDouble(word);
                found++;
            }
        }
        return found == 0 ? 0 : sum / found;
    }

    private String title(Description description) {
        String base = (name.isEmpty() ? type : name).toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_]+", "-");
        String title = base.isEmpty() || base.equals(Description.SERVER) ? "data" : base;
        for (int i = 2; description.names().contains(title); i++) {
            title = base + "-" + i;
        }
        return title;
    }

    private static String whole(double number) {
        return Long.toString(Math.round(number));
    }
}

package dev.keywright.expert.size;

import dev.keywright.ops.memory.Origin;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How large the parts of one kind of data are, as far as a text was read. One thread. */
final class Contents {

    /** Of which part a size is spoken. */
    enum Part {
        KEY,
        NAMES,
        CONTENT,
        SCORES,
        /** Of what is spoken of, whatever it turns out to be. */
        WHOLE,
        /** Of a collection with everything in it. */
        TOTAL
    }

    /** One of several sizes, in percent. */
    private record Share(double percent, Said said) {}

    private static final Pattern RANGE = Pattern.compile("(\\d+)-(\\d+)");
    private static final String USUAL_DIGITS = "8";

    /** A percentile whose middle is not known yet. */
    private record Tail(double deviations, double bytes, String from) {}

    private final Map<Part, Said> sizes = new EnumMap<>(Part.class);
    private final Map<Part, Tail> tails = new EnumMap<>(Part.class);
    private final Set<Part> tailed = EnumSet.noneOf(Part.class);
    private final List<Share> mix = new ArrayList<>();
    private Optional<FieldList> list = Optional.empty();

    boolean has(Part part) {
        return sizes.containsKey(part);
    }

    /** What was said of the part before is joined with it where both fit together, else forgotten. */
    void size(Part part, String text, String from) {
        Said now = Said.asked(text, from);
        sizes.merge(part, now, Contents::both);
        Optional.ofNullable(tails.remove(part))
                .ifPresent(tail -> tail(part, tail.deviations(), tail.bytes(), tail.from()));
    }

    private static Said both(Said known, Said now) {
        return Spread.joined(known.text(), now.text())
                .map(text -> Said.asked(text, known.from() + ", " + now.from()))
                .orElse(Spread.isLess(known.text(), now.text()) ? known : now);
    }

    /** How far the part strays from the middle that was said. */
    void strays(Part part, double by, String from) {
        Optional.ofNullable(sizes.get(part))
                .ifPresent(known -> respread(part, known, Spread.straying(known.text(), by), from));
    }

    /** The same as a share of the middle. */
    void straysBy(Part part, double ratio, String from) {
        Optional.ofNullable(sizes.get(part)).ifPresent(known -> strays(part, Said.middle(known.text()) * ratio, from));
    }

    /** A percentile of the part, the first of which is joined with what is said of its middle. */
    void tail(Part part, double deviations, double bytes, String from) {
        Said known = sizes.get(part);
        if (known == null) {
            tails.put(part, new Tail(deviations, bytes, from));
        } else if (!tailed.contains(part)) {
            Spread.tailed(known.text(), deviations, bytes).ifPresent(text -> {
                respread(part, known, text, from);
                tailed.add(part);
            });
        }
    }

    private void respread(Part part, Said known, String text, String from) {
        sizes.put(part, Said.asked(text, known.from() + ", " + from));
    }

    /** Whether nothing is said of what it holds. */
    boolean isUnknown() {
        return mix.isEmpty() && !has(Part.CONTENT) && !has(Part.WHOLE) && !has(Part.TOTAL);
    }

    void share(double percent, String text, String from) {
        mix.add(new Share(percent, Said.asked(text, from)));
    }

    void list(FieldList fields) {
        list = Optional.of(fields);
    }

    /** 5M keys of 20 bytes with values of 100. */
    void wholeIsKey() {
        if (has(Part.WHOLE) && has(Part.CONTENT)) {
            sizes.putIfAbsent(Part.KEY, sizes.get(Part.WHOLE));
        }
    }

    /** 5M keys with names of 20 bytes and values of 100. */
    void namesAreKeys() {
        if (has(Part.NAMES) && !isUnknown()) {
            sizes.putIfAbsent(Part.KEY, sizes.get(Part.NAMES));
        }
    }

    Optional<Said> key() {
        return of(Part.KEY)
                .map(said -> new Said(
                        said.text().startsWith("integers") ? digits(said.text()) : said.text(),
                        said.origin(),
                        said.from()));
    }

    /** How long integers are as keys. */
    private static String digits(String integers) {
        Matcher range = RANGE.matcher(integers);
        return !range.find()
                ? USUAL_DIGITS
                : range.group(1).length() == range.group(2).length()
                        ? Integer.toString(range.group(1).length())
                        : range.group(1).length() + "-" + range.group(2).length();
    }

    private Optional<Said> of(Part part) {
        return Optional.ofNullable(sizes.get(part))
                .map(said -> new Said(Spread.plain(said.text()), said.origin(), said.from()));
    }

    /**
     * The fields of a description.
     *
     * @param type as it was understood; {@code counter} and {@code geo} are types of their own
     * @param elements how many, in the notation of sizes; empty where they were not counted
     */
    Map<String, Said> fields(String type, String elements) {
        Map<String, Said> fields = new LinkedHashMap<>();
        boolean named = type.equals("hash") || type.equals("stream");
        if (named) {
            of(Part.NAMES)
                    .or(() -> list.map(names -> Said.derived(names.lengths(), "names of the fields")))
                    .ifPresent(names -> fields.put("names", names));
        }
        if (type.equals("geo")) {
            fields.put(
                    "scores",
                    Said.derived("integers 1000000000000000-4000000000000000", "places are scores of 52 bits"));
        } else if (type.equals("zset")) {
            of(Part.SCORES).ifPresent(scores -> fields.put("scores", scores));
        }
        String field = switch (type) {
            case "string", "counter" -> "value";
            case "hash", "stream" -> "values";
            case "list" -> "element";
            case "set", "zset", "geo" -> "member";
            default -> "";
        };
        Optional<Said> content = content(type, elements, named);
        if (!field.isEmpty()) {
            content.ifPresent(said -> fields.put(field, said));
        }
        return fields;
    }

    private Optional<Said> content(String type, String elements, boolean named) {
        if (!mix.isEmpty()) {
            return Optional.of(mixed());
        }
        if (type.equals("counter") && has(Part.WHOLE)) { // 8 byte counters
            return of(Part.WHOLE).map(size -> Said.asked("integers", size.from()));
        }
        if (has(Part.CONTENT)) {
            return of(Part.CONTENT);
        }
        Optional<Said> all = of(Part.TOTAL).or(() -> type.equals("hash") ? of(Part.WHOLE) : Optional.empty());
        if (all.isPresent()) {
            return elements.isEmpty() ? all : all.map(total -> parted(total, elements, named));
        }
        if (has(Part.WHOLE)) {
            return of(Part.WHOLE);
        }
        if (!named && has(Part.NAMES)) {
            return of(Part.NAMES); // permissions with names of 15 characters
        }
        if (type.equals("counter")) {
            return Optional.of(new Said("integers 0-1000000", Origin.ASSUMED, "usual counts"));
        }
        return list.flatMap(fields ->
                fields.contents().map(text -> Said.derived(text, ("kinds of the fields " + fields.quoted()).strip())));
    }

    /** Of a size for all of a collection what is left for each element. */
    private Said parted(Said total, String elements, boolean named) {
        double count = Math.max(1, Said.middle(elements));
        double names = !named
                ? 0
                : of(Part.NAMES)
                        .map(said -> Said.middle(said.text()))
                        .or(() -> list.map(FieldList::meanLength))
                        .orElse(10.0);
        long each = Math.max(1, Math.round(Said.middle(total.text()) / count - names));
        return Said.derived(
                Long.toString(each), total.from() + " over " + elements + (named ? " fields, less their names" : ""));
    }

    private Said mixed() {
        double sum = mix.stream().mapToDouble(Share::percent).sum();
        StringBuilder text = new StringBuilder();
        StringBuilder from = new StringBuilder();
        for (Share share : mix) {
            append(text, share.percent(), share.said().text());
            from.append(from.length() == 0 ? "" : ", ").append(share.said().from());
        }
        Optional<Said> rest = of(Part.CONTENT).or(() -> of(Part.WHOLE));
        if (sum < 100 && rest.isPresent()) {
            append(text, 100 - sum, rest.get().text());
            from.append(", ").append(rest.get().from());
        } else if (sum < 100 && mix.size() == 1) {
            return mix.get(0).said();
        }
        return Said.asked(text.toString(), from.toString());
    }

    private static void append(StringBuilder text, double percent, String part) {
        text.append(text.length() == 0 ? "" : " | ")
                .append(SizeWords.number(percent))
                .append(" % ")
                .append(part);
    }
}

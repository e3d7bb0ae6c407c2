package dev.keywright.ops.analysis;

import static dev.keywright.ops.Severity.INFO;
import static dev.keywright.ops.Severity.WARNING;

import dev.keywright.ops.analysis.AnalysisRule.Found;
import dev.keywright.ops.analysis.AnalysisRule.Weight;
import dev.keywright.ops.analysis.KeyTally.Kind;
import dev.keywright.ops.analysis.Patterns.Learned;
import dev.keywright.ops.memory.MemoryModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Names of keys, and what belongs under one pattern. */
final class NameRules {

    private static final long FEWEST = 1_000;
    private static final double LONG_NAME = 64;
    private static final double FAIRLY_LONG_NAME = 32;
    private static final double NAME_RATIO = 0.25;
    private static final int SHORT_WORD = 2;
    private static final double OTHER_TYPES = 0.001;
    private static final long IDS_IN_FRONT = 100;
    private static final double IDS_IN_FRONT_RATIO = 0.01;
    private static final double OTHER_SIGNS = 0.1;
    private static final long FEWEST_FORMATS = 10;
    private static final long FEWEST_SEEN = 3;
    private static final double FORMAT_RATIO = 0.01;

    private NameRules() {}

    static List<AnalysisRule> all() {
        return List.of(
                new AnalysisRule(
                        "long-key-names",
                        INFO,
                        "1,000 or more keys of one pattern whose names are above 64 bytes on average, or above 32 and"
                                + " over a quarter of their memory",
                        "The name is kept with every key.",
                        (subject, found) -> subject.patterns().forEach(pattern -> longNames(subject, pattern, found))),
                new AnalysisRule(
                        "bad-key-names",
                        WARNING,
                        "blanks, newlines or quotes in names; control characters or bytes that are no UTF-8 (info)",
                        "Such names break shell scripts, ACL patterns and logs, and are hard to type.",
                        NameRules::badNames),
                new AnalysisRule(
                        "mixed-separators",
                        INFO,
                        "a second separator between levels has 10 % of the keys or more",
                        "ACL rules, SCAN patterns and people have to know both.",
                        NameRules::mixedSeparators),
                new AnalysisRule(
                        "mixed-types",
                        WARNING,
                        "more than one type under one pattern, the others with 0.1 % of its keys or more",
                        "Code that expects one type fails with WRONGTYPE on the other.",
                        (subject, found) -> subject.patterns().forEach(pattern -> mixedTypes(subject, pattern, found))),
                new AnalysisRule(
                        "id-first-names",
                        INFO,
                        "100 keys or more, and 1 % of all, begin with an id",
                        "Nothing in front tells what they are, so neither ACL rules nor SCAN can select them.",
                        NameRules::idFirst),
                new AnalysisRule(
                        "language-serialization",
                        WARNING,
                        "10 values or more, and 1 % of a pattern, are Java serialization, PHP serialize or Python"
                                + " pickle",
                        "Only programs of that language with the same classes read them; they are large, and reading"
                                + " what others wrote may run their code.",
                        (subject, found) -> subject.patterns().forEach(pattern -> serialized(pattern, found))));
    }

    private static void longNames(Subject subject, Learned pattern, Found found) {
        PatternTally tally = pattern.tally();
        double mean = (double) tally.nameBytes() / tally.keys();
        boolean heavy = mean > FAIRLY_LONG_NAME && tally.nameBytes() > NAME_RATIO * tally.bytes();
        if (subject.scaled(tally.keys()) < FEWEST || mean <= LONG_NAME && !heavy) {
            return;
        }
        long cut = pattern.levels().stream()
                .filter(level -> level.kind == TokenKind.WORD)
                .mapToLong(level -> Math.max(0, level.text.length - SHORT_WORD))
                .sum();
        MemoryModel model = subject.model();
        long length = Math.round(mean);
        double saving = tally.keys() * (model.key(length, false) - model.key(Math.max(1, length - cut), false));
        String what = "Names of " + pattern.text() + " have " + length + " bytes on average, "
                + Spoken.bytes(subject.scaled(tally.nameBytes())) + " in all.";
        if (cut > 0 && saving > 0) {
            found.add(
                    pattern,
                    what,
                    "Shorten the words in it to two letters each: " + cut + " bytes less per key.",
                    Weight.saving(tally.keys(), tally.nameBytes(), saving));
        } else {
            found.add(
                    pattern,
                    what,
                    "Use shorter ids, such as numbers or 11 characters of base64 for 64 bits.",
                    Weight.of(tally.keys(), tally.nameBytes()));
        }
    }

    private static void badNames(Subject subject, Found found) {
        Map<Kind, String> kinds = new TreeMap<>(Map.of(
                Kind.BLANK_IN_NAME, "have blanks or newlines",
                Kind.QUOTE_IN_NAME, "have quotes",
                Kind.BINARY_NAME, "have control characters or bytes that are no UTF-8"));
        kinds.forEach((kind, words) -> subject.tally()
                .kind(kind)
                .ifPresent(count -> found.add(
                        kind == Kind.BINARY_NAME ? INFO : WARNING,
                        "The names of " + Spoken.keys(subject.scaled(count.keys())) + " " + words + ", such as "
                                + count.example()
                                        .map(key -> shortened(key.name()))
                                        .orElse("") + ".",
                        "Build names of letters, digits and one separator; encode ids that have other bytes.",
                        Weight.of(count.keys(), count.bytes()))));
    }

    private static String shortened(ByteString name) {
        int most = 60;
        return name.length() <= most ? name.toString() : ByteString.of(Arrays.copyOf(name.bytes(), most)) + "...";
    }

    private static void mixedSeparators(Subject subject, Found found) {
        Map<String, Long> keys = new TreeMap<>();
        long all = 0;
        for (Learned pattern : subject.patterns()) {
            if (pattern.levels().size() > 1) {
                byte[] sign = pattern.levels().get(1).sign;
                String first = sign.length == 0
                        ? ""
                        : ByteString.of(new byte[] {sign[0]}).toString();
                if (first.matches("[:/|._-]")) {
                    keys.merge(first, pattern.tally().keys(), Long::sum);
                    all += pattern.tally().keys();
                }
            }
        }
        List<Map.Entry<String, Long>> sorted = new ArrayList<>(keys.entrySet());
        sorted.sort(Map.Entry.<String, Long>comparingByValue().reversed());
        if (sorted.size() > 1 && sorted.get(1).getValue() >= OTHER_SIGNS * all && all >= FEWEST) {
            long second = sorted.get(1).getValue();
            found.add(
                    "Most names are put together with \"" + sorted.get(0).getKey() + "\", those of "
                            + Spoken.keys(subject.scaled(second)) + " with \""
                            + sorted.get(1).getKey() + "\".",
                    "Choose one for new names, usually the colon.",
                    Weight.of(second, 0));
        }
    }

    private static void mixedTypes(Subject subject, Learned pattern, Found found) {
        PatternTally tally = pattern.tally();
        boolean anything = pattern.levels().stream().allMatch(level -> level.kind == TokenKind.ANY);
        if (anything || !pattern.varies()) {
            return;
        }
        List<String> types = new ArrayList<>();
        long most = 0;
        for (KeyType type : KeyType.values()) {
            long keys = tally.keys(type);
            most = Math.max(most, keys);
            if (keys > 0) {
                types.add(Spoken.count(subject.scaled(keys)) + " " + type.name().toLowerCase(Locale.ROOT)
                        + (keys == 1 ? "" : "s"));
            }
        }
        long others = tally.keys() - most;
        if (others > 0 && others >= OTHER_TYPES * tally.keys()) {
            found.add(
                    pattern,
                    pattern.text() + " holds " + String.join(", ", types) + ".",
                    "Give each type a name of its own, such as a last level that says what it is.",
                    Weight.of(others, 0));
        }
    }

    private static void idFirst(Subject subject, Found found) {
        long keys = 0;
        long bytes = 0;
        String example = "";
        for (Learned pattern : subject.patterns()) {
            if (pattern.beginsWithId() && !pattern.text().equals(Patterns.OVERFLOW)) {
                keys += pattern.tally().keys();
                bytes += pattern.tally().bytes();
                example = example.isEmpty() ? pattern.text() : example;
            }
        }
        long scaled = subject.scaled(keys);
        if (scaled >= IDS_IN_FRONT && scaled >= IDS_IN_FRONT_RATIO * subject.keys()) {
            found.add(
                    Spoken.keys(scaled) + " begin with an id, such as those of " + example + ".",
                    "Put a word that says what they are in front.",
                    Weight.of(keys, bytes));
        }
    }

    private static void serialized(Learned pattern, Found found) {
        pattern.tally().shapes().ifPresent(shapes -> {
            for (Format format : Format.values()) {
                long keys = shapes.keys(format);
                double seen = (double) pattern.tally().keys() / shapes.keys();
                if (format.isOfOneLanguage()
                        && keys >= FEWEST_SEEN
                        && seen * keys >= FEWEST_FORMATS
                        && keys >= FORMAT_RATIO * shapes.keys()) {
                    found.add(
                            pattern,
                            Spoken.percent((double) keys / shapes.keys()) + " of the values of " + pattern.text()
                                    + " are " + format.spoken() + ".",
                            "Use a format that is open and small: JSON, MessagePack, Protobuf.",
                            Weight.of(
                                    Math.round((double) keys * seen),
                                    Math.round((double) pattern.tally().bytes() * shapes.byteRatio(format))));
                }
            }
        });
    }
}

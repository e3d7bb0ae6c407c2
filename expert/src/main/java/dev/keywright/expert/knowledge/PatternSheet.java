package dev.keywright.expert.knowledge;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * What the expert knows about one pattern: its keys, commands, rivals and the ways people ask for it.
 *
 * @param family patterns of one family answer the same need, so only the best fitting one is designed
 * @param asks what people say who need it; they only rank, a text never has to hold one of them
 * @param general gives way to a more special pattern of its family that is spoken of clearly
 */
public record PatternSheet(
        String pattern,
        Optional<String> family,
        boolean general,
        String title,
        String summary,
        Data data,
        Optional<String> item,
        Optional<Size> size,
        String structure,
        List<Key> keys,
        List<String> commands,
        Optional<String> script,
        List<Assumed> assumes,
        List<String> questions,
        List<String> guarantees,
        List<String> traps,
        List<Variant> variants,
        List<Candidate> candidates,
        List<Phrase> phrases,
        List<String> asks) {

    /** What losing a key of this pattern means; eviction and persistence follow from it. */
    public enum Data {
        /** Can be rebuilt from elsewhere; losing a key costs a reload. */
        CACHE,
        /** Loses its worth within minutes; losing it loosens a promise for a short time. */
        TRANSIENT,
        /** Losing a key annoys one person, for instance by logging them out. */
        SESSION,
        /** Lives here only, or stands for a promise given; must not vanish. */
        DURABLE
    }

    /**
     * An amount that depends on the task: the first quantity of {@code of} that is known, times its factor and
     * {@code times}, else {@code otherwise}.
     *
     * @param factors for each quantity of {@code of}: three heartbeats missed make a timeout
     */
    public record Amount(List<String> of, List<Double> factors, double times, double otherwise) {

        /** By the quantities that are known; empty where none is. */
        public Optional<Double> by(Function<String, Optional<Double>> known) {
            for (int i = 0; i < of.size(); i++) {
                double factor = factors.get(i) * times;
                Optional<Double> amount = known.apply(of.get(i)).map(value -> value * factor);
                if (amount.isPresent()) {
                    return amount;
                }
            }
            return Optional.empty();
        }

        /** Whether the task says it itself, not only something it follows from. */
        public boolean isSaid(Function<String, Optional<Double>> known) {
            for (int i = 0; i < of.size(); i++) {
                if (factors.get(i) == 1 && known.apply(of.get(i)).isPresent()) {
                    return true;
                }
            }
            return false;
        }
    }

    /**
     * How the memory of the main design grows.
     *
     * @param items quantities that count the items; the first known one does
     * @param perKey each item is a key of its own; otherwise it is an element of one key
     * @param elements how many elements a key of its own holds
     */
    public record Size(
            List<String> items,
            boolean perKey,
            Amount elements,
            double keyBytes,
            double memberBytes,
            Amount valueBytes) {}

    /** A key of a design; with {@code when} only where that quantity is said. */
    public record Key(
            String name,
            String type,
            Optional<Amount> ttl,
            Optional<String> ttlWhy,
            String example,
            Optional<String> holds,
            Optional<String> when) {}

    /** A quantity the design needs, taken when the task names none. */
    public record Assumed(String name, double value, String why) {}

    /**
     * Another way to meet the same need, and why it is not the usual one. With {@code when} it takes the main design's
     * place as soon as one of those traits holds, or the rules say that it is the {@code form} that fits, with its own keys and
     * commands.
     *
     * @param guarantees what it promises instead of the main design; the same where empty
     */
    public record Variant(
            String pattern,
            String structure,
            String whyNot,
            Optional<String> form,
            List<String> when,
            Optional<String> title,
            Optional<String> why,
            List<Key> keys,
            List<String> commands,
            List<String> guarantees) {}

    /** A layout that evidence loads and drives; with {@code form} it stands for that form of the design. */
    public record Candidate(
            String name,
            String pattern,
            String structure,
            Optional<String> form,
            List<String> load,
            List<String> drive,
            Optional<String> whyNot) {}

    static PatternSheet read(Node node) {
        return read(node, WordClasses.NONE);
    }

    static PatternSheet read(Node node, WordClasses classes) {
        PatternSheet sheet = new PatternSheet(
                node.text("pattern"),
                node.optionalText("family"),
                node.textOr("general", "no").equals("yes"),
                node.text("title"),
                node.text("summary"),
                Data.valueOf(node.text("data").toUpperCase(Locale.ROOT)),
                node.optionalText("item"),
                node.node("size").map(PatternSheet::size),
                node.text("structure"),
                node.nodes("keys").stream().map(PatternSheet::key).toList(),
                node.texts("commands"),
                node.optionalText("script"),
                node.nodes("assumes").stream().map(PatternSheet::assumed).toList(),
                node.texts("questions"),
                node.texts("guarantees"),
                node.texts("traps"),
                node.nodes("variants").stream().map(PatternSheet::variant).toList(),
                node.nodes("candidates").stream().map(PatternSheet::candidate).toList(),
                node.node("phrases").map(phrases -> phrases(phrases, classes)).orElse(List.of()),
                node.texts("asks"));
        node.close();
        return sheet;
    }

    private static Key key(Node node) {
        Optional<Amount> ttl = Optional.empty();
        if (node.isMapping("ttl")) {
            ttl = node.node("ttl").map(PatternSheet::amount);
        } else if (!node.text("ttl").equals("none")) {
            ttl = Optional.of(new Amount(List.of(), List.of(), 1, node.number("ttl")));
        }
        Key key = new Key(
                node.text("name"),
                node.text("type"),
                ttl,
                node.optionalText("ttl-why"),
                node.text("example"),
                node.optionalText("holds"),
                node.optionalText("when"));
        node.close();
        return key;
    }

    private static Amount amount(Node node) {
        List<String> names = new ArrayList<>();
        List<Double> factors = new ArrayList<>();
        for (String quantity : node.texts("of")) {
            int blank = quantity.indexOf(' ');
            names.add(quantity.substring(blank + 1));
            factors.add(blank < 0 ? 1 : Double.parseDouble(quantity.substring(0, blank)));
        }
        Amount amount = new Amount(
                List.copyOf(names), List.copyOf(factors), node.numberOr("times", 1), node.number("otherwise"));
        node.close();
        return amount;
    }

    private static Size size(Node node) {
        Amount one = new Amount(List.of(), List.of(), 1, 1);
        Size size = new Size(
                node.texts("items"),
                node.text("per").equals("key"),
                node.node("elements").map(PatternSheet::amount).orElse(one),
                node.numberOr("key-bytes", 24),
                node.numberOr("member-bytes", 16),
                node.node("value-bytes").map(PatternSheet::amount).orElse(one));
        node.close();
        return size;
    }

    private static Assumed assumed(Node node) {
        Assumed assumed = new Assumed(node.text("name"), node.number("value"), node.text("why"));
        node.close();
        return assumed;
    }

    private static Variant variant(Node node) {
        Variant variant = new Variant(
                node.text("pattern"),
                node.text("structure"),
                node.text("why-not"),
                node.optionalText("form"),
                node.texts("when"),
                node.optionalText("title"),
                node.optionalText("why"),
                node.nodes("keys").stream().map(PatternSheet::key).toList(),
                node.texts("commands"),
                node.texts("guarantees"));
        node.close();
        return variant;
    }

    private static Candidate candidate(Node node) {
        Candidate candidate = new Candidate(
                node.text("name"),
                node.text("pattern"),
                node.text("structure"),
                node.optionalText("form"),
                node.texts("load"),
                node.texts("drive"),
                node.optionalText("why-not"));
        node.close();
        return candidate;
    }

    private static List<Phrase> phrases(Node node, WordClasses classes) {
        List<Phrase> all = new ArrayList<>();
        for (Phrase.Strength strength : Phrase.Strength.values()) {
            for (String text : node.texts(strength.name().toLowerCase(Locale.ROOT))) {
                all.add(Phrase.of(text, strength, classes));
            }
        }
        node.close();
        return List.copyOf(all);
    }
}

package dev.keywright.expert.size;

import dev.keywright.ops.memory.Description;
import dev.keywright.ops.memory.Origin;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** One kind of data as far as a text was read: what it is, how many keys there are and what each holds. One thread. */
final class SetDraft {

    private final Contents contents = new Contents();
    private final Map<String, Said> said = new LinkedHashMap<>();
    private String name;
    private String noun;
    private String type;
    private boolean typed;
    private boolean typedLast;
    private boolean single;
    private String owner = "";
    private String per;

    private double keys = Double.NaN;
    private String keysFrom = "";
    private double keysPerSecond = Double.NaN;
    private String rateFrom = "";
    private double lifetime = Double.NaN;
    private double dataBytes = Double.NaN;
    private double times = Double.NaN;
    private String timesFrom = "";

    private String elements = "";
    private String elementsFrom = "";
    private Noun element = new Noun("", "", "");
    private double elementsPerSecond = Double.NaN;

    /**
     * @param type empty where no structure was said
     * @param per what there is one of it for: "a set per user"; empty where that was not said
     */
    SetDraft(String type, String noun, String per) {
        this.type = type;
        this.typed = !type.isEmpty();
        this.noun = noun;
        this.name = noun;
        this.per = per;
    }

    // What it is.

    String type() {
        return type;
    }

    String noun() {
        return noun;
    }

    String per() {
        return per;
    }

    /** Whether the type was said, and not only follows from a noun. */
    boolean isTyped() {
        return typed;
    }

    /** Whether it was spoken of as one thing: "a leaderboard". */
    boolean isSingle() {
        return single;
    }

    boolean is(String structure) {
        return type.equals(structure);
    }

    /** Whether it has elements. */
    boolean holds() {
        return !type.isEmpty() && !is("string") && !is("counter");
    }

    /** The structure is said, or follows from what is said of it. */
    void typed(String structure) {
        type = structure;
        typed = true;
        typedLast = true;
    }

    /** The structure is what such data is usually kept in. */
    void usually(String structure) {
        type = structure;
    }

    void noun(String word) {
        noun = word;
    }

    void named(String title) {
        name = title;
    }

    void single(boolean one) {
        single = one;
    }

    /** It is one of those that each of the counted has: users, each with a list. */
    void ofOwner() {
        owner = name;
    }

    boolean isOfOwner() {
        return !owner.isEmpty();
    }

    /** Whoever has the other has this, too: a list and a hash. */
    void sameOwner(SetDraft other) {
        owner = other.owner;
        keys(other.keys, "= one for each of " + other.keysFrom.replaceFirst("^= ", ""));
    }

    void per(String one) {
        per = one;
    }

    Contents contents() {
        return contents;
    }

    void say(String field, Said value) {
        said.put(field, value);
    }

    boolean hasSaid(String field, String text) {
        return said.containsKey(field) && !said.get(field).text().equals(text);
    }

    // How many keys.

    double keys() {
        return keys;
    }

    String keysFrom() {
        return keysFrom;
    }

    boolean hasKeys() {
        return !Double.isNaN(keys);
    }

    void keys(double number, String from) {
        keys = number;
        keysFrom = from;
    }

    /** One of it was spoken of, which says nothing yet of how many there are. */
    void oneOfMany() {
        keys(Double.NaN, "");
    }

    /** The counted keys come so often. */
    void everySeconds(double seconds) {
        keysPerSecond = keys / seconds;
        rateFrom = keysFrom;
        keys(Double.NaN, "");
    }

    void lives(double seconds) {
        lifetime = seconds;
    }

    /** All of it takes so much. */
    void bytes(double all, String from) {
        dataBytes = all;
        keysFrom = from;
    }

    /** One item takes so much, from which follows how many there are. */
    void itemBytes(double bytes, String from) {
        if (!Double.isNaN(dataBytes) && !hasKeys()) {
            keys(dataBytes / Math.max(1, bytes), "= " + keysFrom + " over " + from);
        }
    }

    /** What was counted as keys is so many for each of others, and those are counted now. */
    void perOwner(double owners, String from, Noun noun) {
        boolean own =
                !typed && Lexicon.usual(this.noun).filter("string"::equals).isPresent();
        if (own) {
            keys(keys * owners, "= " + keysFrom + " times " + from);
        } else {
            keysAreElements(1, "");
            keys(owners, from);
            named(noun.word());
        }
    }

    /** There are so many of each: one a day for 90 days. */
    void times(double number, String from) {
        times = number;
        timesFrom = from;
    }

    boolean hasTimes() {
        return !Double.isNaN(times);
    }

    // What each holds.

    boolean hasElements() {
        return !elements.isEmpty();
    }

    Noun element() {
        return element;
    }

    void elements(String notation, String from, Noun of) {
        elements = notation;
        elementsFrom = from;
        element = of;
        typedLast = false;
    }

    /** Whether it is this amount that counts them. */
    boolean countsElements(String amount) {
        return hasElements() && elementsFrom.startsWith(amount);
    }

    /** What was counted as keys are the elements of one. */
    void keysAreElements(double in, String from) {
        elements = SizeWords.number(Math.rint(keys / in));
        elementsFrom = keysFrom + from;
        element = new Noun(noun, "", noun);
        keys = in;
    }

    /** The counted elements come so often. */
    void elementsEverySeconds(double number, double seconds, String from) {
        elementsPerSecond = number / seconds;
        elementsFrom = from;
    }

    String elementsFrom() {
        return elementsFrom;
    }

    /** They are kept for so long; whether that says how many there are. */
    boolean elementsKept(double seconds, String from) {
        boolean come = !Double.isNaN(elementsPerSecond);
        if (come) {
            elements = SizeWords.number(Math.rint(elementsPerSecond * seconds));
            elementsFrom += " for " + from;
            elementsPerSecond = Double.NaN;
        }
        return come;
    }

    /** Whether the counted elements are owners of what is spoken of now: tenants with 500 users each, a hash per user. */
    boolean mayNest() {
        return hasKeys() && hasElements() && element.isOwner();
    }

    /** Whether a structure was named after the elements were counted. */
    boolean wasTypedLast() {
        return typedLast;
    }

    /** Each element is a key of its own. */
    void nest() {
        keys(keys * Said.middle(elements), "= " + keysFrom + " times " + elementsFrom);
        name = element.word();
        noun = element.word();
        elements = "";
        elementsFrom = "";
    }

    // What is said of it.

    /** Says to a description all that is known, under a name that no other data has. */
    void tell(Description description) {
        settle();
        String title = title(description);
        String kind = is("counter") ? "string" : is("geo") ? "zset" : type;
        tell(
                description,
                title,
                "type",
                new Said(kind, typed ? Origin.ASKED : Origin.ASSUMED, typed ? noun : "usual for " + noun));
        if (hasKeys()) {
            boolean derived = keysFrom.startsWith("=") || keysFrom.isEmpty();
            tell(
                    description,
                    title,
                    "keys",
                    new Said(
                            SizeWords.number(Math.rint(keys)),
                            derived ? Origin.DERIVED : Origin.ASKED,
                            keysFrom.isEmpty() ? "one was spoken of" : keysFrom));
        }
        contents.key().ifPresent(key -> tell(description, title, "key", key));
        if (hasElements()) {
            tell(description, title, counted(kind), Said.asked(elements, elementsFrom));
        }
        contents.fields(type, elements).forEach((field, value) -> tell(description, title, field, value));
        said.forEach((field, value) -> tell(description, title, field, value));
    }

    private static void tell(Description description, String title, String field, Said value) {
        description.say(title, field, value.text(), value.origin(), value.from());
    }

    private static String counted(String kind) {
        return switch (kind) {
            case "hash" -> "fields";
            case "list" -> "elements";
            case "stream" -> "entries";
            case "hyperloglog" -> "distinct";
            case "bitmap" -> "bits";
            default -> "members";
        };
    }

    private void settle() {
        if (Lexicon.KEYS.contains(noun)) {
            contents.wholeIsKey();
        }
        if (type.isEmpty()) {
            String usual = Lexicon.usual(noun).orElse(hasElements() ? "set" : "string");
            type = !hasElements() ? "string" : usual.equals("string") ? "hash" : usual;
        }
        if (!hasKeys() && !rateFrom.isEmpty() && !Double.isNaN(lifetime)) {
            keys(keysPerSecond * lifetime, "= " + rateFrom + " times their lifetime");
        }
        if (!Double.isNaN(times)) {
            keys(
                    hasKeys() ? keys * times : times,
                    "= " + (hasKeys() && !keysFrom.isEmpty() ? keysFrom + " times " : "") + timesFrom);
        }
        if (!hasKeys() && (hasElements() || is("hyperloglog")) && per.isEmpty()) {
            keys = 1;
        }
        if (keys == 1 && elements.startsWith("1-")) {
            elements = elements.substring(2); // room for the most that a single one may hold
        }
    }

    private String title(Description description) {
        String base = (name.isEmpty() ? type : name).toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_]+", "-");
        String title = base.isEmpty() || base.equals(Description.SERVER) ? "data" : base;
        for (int i = 2; description.names().contains(title); i++) {
            title = base + "-" + i;
        }
        return title;
    }
}

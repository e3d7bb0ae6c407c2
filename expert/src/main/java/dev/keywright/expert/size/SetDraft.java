package dev.keywright.expert.size;

import dev.keywright.expert.size.Contents.Part;
import dev.keywright.ops.memory.Description;
import dev.keywright.ops.memory.Origin;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** One kind of data as far as a text was read: what it is, how many keys there are and what each holds. One thread. */
final class SetDraft {

    private static final int SHORTEST_END = 4;

    /** More structures than so many nobody has of his own. */
    private static final int FEW = 20;

    private final Contents contents = new Contents();
    private final Map<String, Said> said = new LinkedHashMap<>();
    private String name;
    private String noun;
    private String type;
    private boolean typed;
    private boolean typedLast;
    /** Whether the structure itself is what was counted: 3 hashes per user. */
    private final boolean counted;

    private boolean single;
    private String owner = "";
    /** How many were counted of those that one holds all of; 0 where it is not so. */
    private double owners;

    private String ownersFrom = "";
    private String per;
    private String period = "";
    /** What else there is one of it for: per user and endpoint. */
    private String also = "";

    private double keys = Double.NaN;
    private String keysFrom = "";
    private boolean awaits;
    private boolean latest;
    private double keysPerSecond = Double.NaN;
    private String rateFrom = "";
    private double lifetime = Double.NaN;
    private double dataBytes = Double.NaN;
    private double times = Double.NaN;
    private String timesFrom = "";

    private String elements = "";
    private String elementsFrom = "";
    private String of = "";
    private Optional<Said> kind = Optional.empty();
    private Noun element = new Noun("", "", "");
    private String oneOf = "";
    private double elementsPerSecond = Double.NaN;

    /**
     * @param type empty where no structure was said
     * @param per what there is one of it for: "a set per user"; empty where that was not said
     */
    SetDraft(String type, String noun, String per) {
        this.type = type;
        this.typed = !type.isEmpty();
        this.counted = typed;
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

    /** Whether a singular is a name of it, or of what there is one of it for. */
    boolean isCalled(String word) {
        return isNamed(word) || !per.isEmpty() && Lexicon.singular(per).equals(word);
    }

    boolean isNamed(String word) {
        boolean end = word.length() >= SHORTEST_END && Lexicon.singular(noun).endsWith(word); // a board
        return end
                || Lexicon.singular(noun).equals(word)
                || Lexicon.singular(name).equals(word);
    }

    /** What is counted tells what it holds, if it is not what owns it: 5M UUIDs. */
    void kind(Said content) {
        kind = Optional.of(content);
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
        boolean all = other.owners > 0;
        String from = all ? other.ownersFrom : other.keysFrom;
        keys(all ? other.owners : other.keys, "= one for each of " + from.replaceFirst("^= ", ""));
    }

    /** Of an owner and a period both count: one per page and day. */
    /** What was counted are the latest of each of others: the last 20 searches. */
    void latest(boolean those) {
        latest = those;
    }

    boolean isLatest() {
        return latest;
    }

    /** Whether there are several of it, or of those it holds. */
    boolean isOfMany() {
        return owners > 1 || hasKeys() && keys > 1;
    }

    /** Whether nothing is known of it but that it was spoken of. */
    boolean isEmpty() {
        return !isCounted() && !hasElements() && contents.isUnknown() && per.isEmpty() && said.isEmpty();
    }

    /** Whether it was only counted, as owners of others are. */
    boolean isOnlyCounted() {
        return !typed && hasKeys() && !hasElements() && contents.isUnknown() && said.isEmpty();
    }

    void per(String one) {
        if (!per.isEmpty() && !Lexicon.isPeriod(per) && !Lexicon.isPeriod(one) && !isCalled(Lexicon.singular(one))) {
            also = one;
            return;
        }
        boolean both = !per.isEmpty() && Lexicon.isPeriod(per) != Lexicon.isPeriod(one);
        if (both) {
            period = Lexicon.isPeriod(one) ? one : per;
        }
        per = both && Lexicon.isPeriod(one) ? per : one;
    }

    /** What else it is one for, as long as nobody has counted those; empty otherwise. */
    String also() {
        return also;
    }

    void alsoOwners(double owners, String from) {
        keys(keys * owners, "= " + keysFrom + " times " + from);
        also = "";
    }

    /** The length of time there is one of it for; empty where there is none. */
    String period() {
        return Lexicon.isPeriod(per) ? per : period;
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
        awaits = false;
        boolean own = counted
                || !typed && Lexicon.usual(this.noun).filter("string"::equals).isPresent();
        if (own) {
            keys(keys * owners, "= " + keysFrom + " times " + from);
        } else {
            keysAreElements(1, "");
            keys(owners, from);
            named(noun.word());
        }
    }

    /** What was counted is so many for each of owners that nobody has counted yet: 3 hashes per user. */
    void awaitOwners() {
        boolean few = counted && keys <= FEW;
        awaits = hasKeys() && !keysFrom.startsWith("=") && (few || !hasElements());
    }

    boolean awaitsOwners() {
        return awaits;
    }

    /** Of those that were counted only some have what is spoken of now. */
    void onlyShare(double percent, String from) {
        keys(keys * percent / 100, "= " + from + " of " + keysFrom);
    }

    /** Whether its number stands on that of the other. */
    boolean isOf(SetDraft other) {
        return keysFrom.startsWith("=") && keysFrom.contains(other.keysFrom);
    }

    /** Whether those are what it is of, or what is in it. */
    boolean isOrHolds(String owner) {
        return hasKeys() && isCalled(Lexicon.singular(owner)) || hasElements() && element.isSame(owner);
    }

    /** So many, or one, for each of the other. */
    void ofOwners(SetDraft other) {
        boolean inside = !other.isCalled(Lexicon.singular(per));
        double many = inside ? (other.hasKeys() ? other.keys : 1) * Said.middle(other.elements) : other.keys;
        String from = inside ? other.elementsFrom : other.keysFrom;
        keys(hasKeys() ? keys * many : many, "= " + (hasKeys() ? keysFrom : "one") + " for each of " + from);
        awaits = false;
    }

    /** There are so many of each: one a day for 90 days. */
    void times(double number, String from) {
        times = number;
        timesFrom = from;
    }

    /** Whether it was said how many there are, or for how long one of each time. */
    boolean isCounted() {
        return hasKeys() || hasTimes();
    }

    boolean hasTimes() {
        return !Double.isNaN(times);
    }

    // What each holds.

    /** It has one element for each of those. */
    void oneOf(String owners) {
        oneOf = owners;
    }

    /** What it holds was named: a set of bids. */
    void of(String things) {
        of = things;
    }

    boolean isOneOf(Noun noun) {
        return noun.isSame(oneOf) || noun.isSame(of);
    }

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

    String elements() {
        return elements;
    }

    /** Whether it is this amount that counts them. */
    boolean countsElements(String amount) {
        return hasElements() && elementsFrom.startsWith(amount);
    }

    /** What was counted as keys are the elements of one. */
    void keysAreElements(double in, String from) {
        owners = keys;
        ownersFrom = keysFrom;
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
            tell(description, title, counted(kind), Said.asked(Spread.plain(elements), elementsFrom));
        }
        contents.fields(type, Spread.plain(elements)).forEach((field, value) -> tell(description, title, field, value));
        if (type.equals("string") && contents.isUnknown()) {
            Lexicon.content(noun)
                    .ifPresent(usual ->
                            tell(description, title, "value", new Said(usual, Origin.ASSUMED, "usual for " + noun)));
        }
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
        boolean itself = is("string") || is("counter") || type.isEmpty() || owners > 0;
        if (itself && contents.isUnknown()) {
            kind.ifPresent(content -> contents.size(Part.CONTENT, content.text(), content.from()));
        }
        if (Lexicon.KEYS.contains(noun)) {
            contents.wholeIsKey();
        }
        if (!holds() && !hasElements()) {
            contents.namesAreKeys();
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
        if (is("stream")
                && !said.containsKey("groups")
                && (said.containsKey("consumers") || said.containsKey("pending"))) {
            say("groups", Said.derived("1", "who has consumers has a group"));
        }
        if (!hasKeys() && (hasElements() || is("hyperloglog")) && per.isEmpty() && !Noun.isPlural(noun)) {
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

package dev.keywright.expert.size;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The words by which data is described, and what each speaks of. */
final class Lexicon {

    private static final Map<String, String> STRUCTURES = new LinkedHashMap<>();
    private static final Map<String, String> PAIRS = new LinkedHashMap<>();

    /** Things that are usually kept in one way, where nothing else is said; by their singular. */
    private static final Map<String, String> USUAL = new LinkedHashMap<>();

    /** What strings of that name usually hold. */
    private static final Map<String, String> CONTENTS = new LinkedHashMap<>();

    private static final Map<String, String> FORMS = new LinkedHashMap<>();

    /** Parts of hashes. */
    static final Set<String> FIELDS = words("field fields attribute attributes column columns property properties");

    /** Parts of other collections. */
    static final Set<String> ELEMENTS = words("""
        member members element elements item items entry entries message messages event events record records
        bit bits distinct unique uniques sample samples datapoint datapoints reading readings
        point points\
        """);

    static final Set<String> KEYS = words("key keys keyname keynames");
    static final Set<String> VALUES = words("value values payload payloads content contents body bodies");
    static final Set<String> NAMES = words("name names");

    /** Between these and a number its noun has ended. */
    static final Set<String> ENDS = words("""
        of with in as each per and or having that which who for on at a an the is are was were be have has had
        containing contains contain holding holds hold stored kept held storing keyed keeping by from to into across
        over among using than then it its their they we there every all both plus where whose made consisting
        named called like such live lives living expire expires expiring about around average avg averaging ttl up x à
        need needs take takes cost costs
        reporting sending emitting between fit fits exist exists there after during until within last
        not no any else so only also but if when while will would should can may must do does run runs running
        below under above maxlen median max maximum min minimum least most deviation stddev
        pseventyfive pninety pninetyfive pninetyeight pninetynine pninetyninenine\
        """);

    /** Behind these stands what something holds. */
    static final Set<String> HOLDS = words("""
        of with has have had having containing contains contain holding holds hold storing stores each per following
        follow follows keeps keep owns own makes consisting averaging\
        """);

    /** Words that change nothing about what stands before them. */
    static final Set<String> SOFT = words("""
        about around roughly approximately approx circa ca some exactly nearly almost up to at most least max maximum
        average avg mean typically usually say the a an our my their its just only between on
        last latest recent newest first another all median min minimum\
        """);

    /** Words that say what things are like, and name none. */
    static final Set<String> ADJECTIVES = words("""
        small big large tiny short long simple plain redis cached json compact little huge medium typical more\
        """);

    /** Fields and scores that hold numbers. */
    static final Set<String> AMOUNTS = words("""
        quantity quantities qty count counts amount amounts price prices age ages year stock total totals rank number
        numbers\
        """);

    static final Set<String> EACH = words("each per every");
    static final Set<String> INTO = words("in into across over among");
    private static final Map<String, String> ADVERBS =
            Map.of("daily", "day", "hourly", "hour", "weekly", "week", "monthly", "month", "yearly", "year");
    private static final Set<String> PERIODS = words("second minute hour day week month year");

    /** Shorter words are like too many others. */
    private static final int SHORTEST_PLURAL = 6;

    private static final int SHORTEST = 8;
    private static final Set<String> VOCABULARY = new LinkedHashSet<>();

    private static final Set<String> NUMERIC = words("integer integers int ints number numbers numeric");

    static {
        kept("string", "string strings");
        kept("hash", "hash hashes hashs hashmap hashmaps hset dict dicts");
        kept("list", "list lists queue queues");
        kept("set", "set sets setes");
        kept("zset", "zset zsets leaderboard leaderboards ranking rankings scoreboard scoreboards highscores");
        kept("stream", "stream streams");
        kept("hyperloglog", "hyperloglog hyperloglogs hll hlls");
        kept("bitmap", "bitmap bitmaps bitset bitsets bitfield bitfields");
        kept("geo", "geo geoset geosets geospatial geohash");
        kept("counter", "counter counters");
        pair("zset", "sorted set,sorted sets,sorted setes,ordered set,ordered sets,priority queue,priority queues");
        pair("hash", "hash map,hash maps,hash table,hash tables");
        pair("bitmap", "bit map,bit maps");
        pair("geo", "geo set,geo sets,geo index,geo indexes,geospatial index");
        usual("string", """
            json blob document page token lock flag cache image response object result fragment
            session token entry string key value html lookup mapping\
            """);
        usual("hash", "user profile product customer account order device cart basket vehicle article listing");
        usual("list", "timeline feed inbox history log notification post comment task job message");
        usual("set", "follower friend tag like member permission role group interest id");
        usual("zset", "player score point driver location");
        content("uuid", "lock locks mutex mutexes lease leases nonce nonces");
        content("integers 0-1", "flag flags toggle toggles");
        form("uuid", "uuid uuids guid guids");
        form("ulid", "ulid ulids");
        form("md5", "md");
        form("sha1", "sha");
        form("integers 1600000000-1900000000", "timestamp timestamps epoch");
        form("average 24 deviation 6", "email emails");
        form("average 80 deviation 40", "url urls uri uris");
        form("7-15", "ip ips ipv");
        form("integers 0-1", "boolean booleans bool bools");
        VOCABULARY.addAll(STRUCTURES.keySet());
        VOCABULARY.addAll(FORMS.keySet());
        List.of(FIELDS, ELEMENTS, KEYS, VALUES, NUMERIC, ENDS, HOLDS).forEach(VOCABULARY::addAll);
        USUAL.keySet().forEach(word -> VOCABULARY.addAll(List.of(word, word + "s")));
    }

    private Lexicon() {}

    /** The structure one word names. */
    static Optional<String> structure(String word) {
        return Optional.ofNullable(STRUCTURES.get(word));
    }

    /** The structure two words name together. */
    static Optional<String> structure(String first, String second) {
        return Optional.ofNullable(PAIRS.get(first + " " + second));
    }

    /** How things of that name are usually kept. */
    static Optional<String> usual(String noun) {
        return Optional.ofNullable(USUAL.get(singular(noun)));
    }

    /** The notation of values that are said by what they are. */
    static Optional<String> form(String word) {
        return NUMERIC.contains(word) ? Optional.of("integers") : Optional.ofNullable(FORMS.get(word));
    }

    /** What a string of that name usually holds. */
    static Optional<String> content(String noun) {
        return Optional.ofNullable(CONTENTS.get(noun));
    }

    /** The length of time that "daily" and the like speak of. */
    static Optional<String> adverb(String word) {
        return Optional.ofNullable(ADVERBS.get(word));
    }

    static double seconds(String period) {
        return switch (singular(period)) {
            case "second" -> 1;
            case "minute" -> 60;
            case "hour" -> 3_600;
            case "week" -> 7 * 86_400;
            case "month" -> 30 * 86_400;
            case "year" -> 365 * 86_400;
            default -> 86_400;
        };
    }

    /** Whether a word names a length of time. */
    static boolean isPeriod(String word) {
        return PERIODS.contains(singular(word));
    }

    /** Whether a word speaks of what something holds. */
    static boolean isContent(String word) {
        return VALUES.contains(word) || FIELDS.contains(word) || ELEMENTS.contains(word);
    }

    /** What a field of that name usually holds. */
    static Optional<String> held(String field) {
        return AMOUNTS.contains(field) ? Optional.of("integers 0-1000") : form(field);
    }

    /** The word with a slip of the pen mended, where it is long enough to tell. */
    static String spelled(String word) {
        boolean plural = word.endsWith("s") && word.length() >= SHORTEST_PLURAL;
        if (!plural && word.length() < SHORTEST
                || !word.chars().allMatch(Character::isLetter)
                || VOCABULARY.contains(word)) {
            return word;
        }
        return VOCABULARY.stream()
                .filter(known -> known.charAt(0) == word.charAt(0) && isSlip(word, known))
                .findFirst()
                .orElse(word);
    }

    /** Whether one letter is missing, too many, wrong, or two have changed places. */
    private static boolean isSlip(String word, String known) {
        int most = Math.min(word.length(), known.length());
        int same = 0;
        while (same < most && word.charAt(same) == known.charAt(same)) {
            same++;
        }
        String left = word.substring(same);
        String right = known.substring(same);
        return left.length() == right.length() && left.length() > 0
                ? left.substring(1).equals(right.substring(1)) || isSwap(left, right)
                : left.length() == right.length() + 1
                        ? left.substring(1).equals(right)
                        : left.length() + 1 == right.length()
                                && right.substring(1).equals(left);
    }

    private static boolean isSwap(String left, String right) {
        return left.length() > 1
                && left.charAt(0) == right.charAt(1)
                && left.charAt(1) == right.charAt(0)
                && left.substring(2).equals(right.substring(2));
    }

    static String singular(String noun) {
        if (noun.endsWith("ies")) {
            return noun.substring(0, noun.length() - 3) + "y";
        }
        if (noun.endsWith("ches") || noun.endsWith("sses") || noun.endsWith("shes") || noun.endsWith("xes")) {
            return noun.substring(0, noun.length() - 2);
        }
        return noun.endsWith("s") && !noun.endsWith("ss") ? noun.substring(0, noun.length() - 1) : noun;
    }

    private static void kept(String type, String words) {
        words(words).forEach(word -> STRUCTURES.put(word, type));
    }

    private static void pair(String type, String pairs) {
        List.of(pairs.split(",")).forEach(pair -> PAIRS.put(pair, type));
    }

    private static void usual(String type, String words) {
        words(words).forEach(word -> USUAL.putIfAbsent(word, type));
    }

    private static void content(String notation, String nouns) {
        words(nouns).forEach(noun -> CONTENTS.put(noun, notation));
    }

    private static void form(String notation, String words) {
        words(words).forEach(word -> FORMS.put(word, notation));
    }

    private static Set<String> words(String text) {
        return new LinkedHashSet<>(List.of(text.strip().split("\\s+")));
    }
}

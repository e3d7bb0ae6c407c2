package dev.keywright.expert.workload;

import dev.keywright.expert.workload.RoleBook.NounClass;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * What is to be given a role: an amount, what it is like, and what it counts.
 *
 * @param amount for a pace, its rate
 * @param pace the count and the period it is made of, if it is one
 * @param noun the class of what it counts, if that is known or a plural
 * @param nounWord which word names what it counts, or -1
 * @param nounBehind whether that word stands behind the number
 */
record Subject(
        Amount amount,
        Optional<Pace> pace,
        Set<Trait> traits,
        Optional<NounClass> noun,
        int nounWord,
        boolean nounBehind) {

    private static final int REACH = 4;
    private static final double SMALL = 1e6;
    private static final Set<String> SUBJECTS = Set.of("person", "source", "entity", "machine", "instance");
    private static final Set<String> EACH = Set.of("each", "apiece", "every", "eachone", "per");
    /** These end like people and are none. */
    private static final Set<String> THINGS = WordList.of("""
            reminders numbers orders offers vouchers servers containers counters timers parameters characters headers
            letters folders newsletters banners stickers triggers papers chapters layers clusters brokers buffers
            pointers errors doors colors floors sectors vectors factors monitors processors sensors motors mirrors
            indicators generators elevators detectors trackers scanners printers computers routers transformers meters
            thermometers lockers trailers scooters helicopters boilers burners flyers posters adapters controllers
            handlers resolvers filters identifiers registers ledgers waivers tenders transfers dinners quarters answers
            matters corners centers theaters towers showers flowers rivers trainers sneakers slippers burgers tickers
            spinners trees committees coffees lists playlists waitlists checklists wishlists shortlists whitelists
            blacklists medians speakers fibers tires fires markers chargers freezers
            conveyors compressors inverters reactors tractors excavators loaders dumpers cutters shutters covers drawers
            messengers tumblers dispensers wonders thunders figures features measures signatures structures
            """);

    private static final Set<String> MEMORY = WordList.of("""
            maxmemory evict evicts evicted eviction allkeys volatile noeviction lru lfu
            """);

    private static final Set<String> AVERAGE = Set.of("average", "avg", "mean", "averages", "median", "typically");
    private static final Set<String> OF_ALL = Set.of("of", "one", "s");

    static Subject of(Surroundings around, RoleBook book, Amount amount) {
        return of(around, book, amount, amount, Optional.empty());
    }

    static Subject of(Surroundings around, RoleBook book, Pace pace) {
        return of(around, book, pace.rate(), pace.count(), Optional.of(pace));
    }

    private static Subject of(Surroundings around, RoleBook book, Amount amount, Amount counted, Optional<Pace> pace) {
        Optional<CountedNoun> noun = counted.is(Dimension.COUNT) || counted.is(Dimension.RATE)
                ? CountedNoun.of(around, book, counted)
                : Optional.empty();
        int word = noun.map(CountedNoun::word).orElse(-1);
        return new Subject(
                amount,
                pace,
                traits(around, book, amount, pace, word),
                noun.flatMap(found -> nounClass(around, book, found)),
                word,
                noun.map(CountedNoun::behind).orElse(false));
    }

    private static Optional<NounClass> nounClass(Surroundings around, RoleBook book, CountedNoun noun) {
        Optional<NounClass> known = book.noun(around.stem(noun.word()));
        if (known.isPresent() && known.get().name().equals("flow") && isDistinct(around, noun.word())) {
            return Optional.of(book.unknown());
        }
        if (known.isPresent()) {
            return known.flatMap(plain -> book.qualified(plain, around.stem(noun.word() - 1)));
        }
        String lower = around.lower(noun.word());
        if (!CountedNoun.isPlural(lower)) {
            return Optional.empty();
        }
        return Optional.of(isPerson(lower) ? book.nounClass("person") : book.unknown());
    }

    /** Distinct requests are things, not a stream of what happens. */
    private static boolean isDistinct(Surroundings around, int noun) {
        Set<String> distinct = Set.of("distinct", "different", "unique", "separate", "various", "individual");
        return distinct.contains(around.lower(noun - 1)) || distinct.contains(around.lower(noun - 2));
    }

    /** Those who do something end so, mostly; the things that do are listed by name. */
    private static boolean isPerson(String plural) {
        return plural.length() >= 6
                && !THINGS.contains(plural)
                && (plural.endsWith("ers")
                        || plural.endsWith("ors")
                        || plural.endsWith("ists")
                        || plural.endsWith("ees")
                        || plural.endsWith("ians"));
    }

    private static Set<Trait> traits(
            Surroundings around, RoleBook book, Amount amount, Optional<Pace> pace, int nounWord) {
        EnumSet<Trait> traits = EnumSet.of(Trait.ANY);
        add(traits, Trait.INTERVAL, amount.interval());
        add(traits, Trait.IMPLIED, amount.implied());
        add(traits, Trait.EACH, pace.isEmpty() && isEach(around, amount, nounWord));
        add(traits, Trait.OVER_NINETY, amount.value() >= 90);
        add(traits, Trait.NINES, amount.is(Dimension.SHARE) && isNines(around, amount));
        add(traits, Trait.SIZED, pace.isEmpty() && amount.is(Dimension.COUNT) && isSized(around, amount));
        boolean alone = pace.isEmpty() && isAlone(around, amount);
        add(traits, Trait.ALONE, alone);
        add(traits, Trait.MEMORY, alone && amount.is(Dimension.SIZE) && isAboutMemory(around));
        add(traits, Trait.ONE, amount.value() == 1);
        add(traits, Trait.BELOW, around.isBelow(amount));
        add(traits, Trait.MANY, amount.value() >= 1000);
        add(traits, Trait.FEW, amount.value() <= 20);
        if (amount.is(Dimension.TIME)) {
            add(traits, Trait.UNDER_A_SECOND, amount.value() < 1);
            add(traits, Trait.UNDER_A_MINUTE, amount.value() < 60);
            add(traits, Trait.UNDER_AN_HOUR, amount.value() < 3600);
            add(traits, Trait.A_DAY_OR_MORE, amount.value() >= Units.DAY);
            add(traits, Trait.IN_DAYS, amount.unit() >= Units.DAY && !amount.implied());
        }
        if (amount.is(Dimension.SIZE)) {
            add(traits, Trait.UNDER_A_MEGABYTE, amount.value() < 1e6);
            add(traits, Trait.OVER_HALF_A_GIGABYTE, amount.value() >= 5e8);
        }
        pace.ifPresent(found -> traits.add(found.within() ? Trait.WITHIN : Trait.PER));
        add(traits, Trait.PER, pace.isEmpty() && amount.is(Dimension.RATE));
        add(
                traits,
                Trait.SUBJECT,
                (pace.isPresent() || amount.is(Dimension.RATE)) && isPerSubject(around, book, amount));
        return traits;
    }

    private static void add(EnumSet<Trait> traits, Trait trait, boolean holds) {
        if (holds) {
            traits.add(trait);
        }
    }

    private static boolean isNines(Surroundings around, Amount amount) {
        String said = around.text(amount.start(), amount.end());
        boolean figure = amount.value() >= 99.5 && amount.value() < 100;
        return figure || said.endsWith("nines") || said.endsWith("9s");
    }

    private static boolean isAlone(Surroundings around, Amount amount) {
        int first = around.before(amount) + 1;
        int after = around.after(amount);
        return around.endsPhrase(first - 1) && around.endsPhrase(after - 1);
    }

    private static boolean isAboutMemory(Surroundings around) {
        for (int w = 0; w < around.size(); w++) {
            if (MEMORY.contains(around.lower(w))) {
                return true;
            }
        }
        return false;
    }

    /** Whether the next amount behind is a small size: "8 million messages, 300 bytes each". */
    private static boolean isSized(Surroundings around, Amount amount) {
        int first = around.after(amount);
        for (int w = first; w < Math.min(around.size(), first + 2 * REACH); w++) {
            if (!around.sameSentence(w, Math.max(first - 1, 0))) {
                return false;
            }
            if (around.amountAt(w) >= 0) {
                Amount next = around.amount(around.amountAt(w));
                return next.is(Dimension.SIZE) && next.value() < SMALL;
            }
        }
        return false;
    }

    /** "2 KB each", "20 lines per basket"; "each basket has 20 lines". */
    private static boolean isEach(Surroundings around, Amount amount, int nounWord) {
        int after = around.after(amount);
        if (amount.is(Dimension.COUNT) && isAverage(around, amount)) {
            return true;
        }
        for (int w = after;
                w < Math.min(around.size(), after + REACH) && around.sameSentence(w, Math.max(after - 1, 0));
                w++) {
            boolean ofTime = w + 1 < around.size() && around.amountAt(w + 1) >= 0;
            boolean opens = !around.lower(w).equals("per")
                    && !around.endsPhrase(w)
                    && !Clutter.isFunctionWord(around.lower(w + 1));
            if ((EACH.contains(around.lower(w)) && !ofTime && !opens)
                    || (around.lower(w).equals("a") && around.lower(w + 1).equals("piece"))) {
                return true;
            }
            if (around.endsPhrase(w) || around.amountAt(w) >= 0) {
                break;
            }
        }
        int before = around.before(amount);
        for (int w = before; w > before - 6 && !around.endsPhrase(w) && around.amountAt(w) < 0; w--) {
            boolean each = EACH.contains(around.lower(w)) && !OF_ALL.contains(around.lower(w + 1));
            if (each && w != nounWord) {
                return true;
            }
        }
        return false;
    }

    /** "an average of 15 items", "15 items on average". */
    private static boolean isAverage(Surroundings around, Amount amount) {
        int after = around.after(amount);
        for (int w = after; w < Math.min(around.size(), after + REACH) && !around.endsPhrase(w - 1); w++) {
            if (AVERAGE.contains(around.lower(w))) {
                return true;
            }
        }
        int before = around.before(amount);
        for (int w = before; w >= 0 && w > before - REACH && !around.endsPhrase(w); w--) {
            if (AVERAGE.contains(around.lower(w))) {
                return true;
            }
        }
        return false;
    }

    /** Whether "per user", "each customer", "a visitor" stands near. */
    private static boolean isPerSubject(Surroundings around, RoleBook book, Amount amount) {
        int from = Math.max(0, around.before(amount) - 8);
        int to = Math.min(around.size() - 1, around.after(amount) + 6);
        for (int w = from; w < to; w++) {
            boolean one = WordList.of("""
                per each every a an one same and by single
                """).contains(around.lower(w));
            if (one && around.sameSentence(w, Math.max(0, around.before(amount))) && isSubject(around, book, w + 1)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isSubject(Surroundings around, RoleBook book, int w) {
        for (int at = w; at < Math.min(around.size(), w + 3); at++) {
            boolean subject = book.noun(around.stem(at))
                            .filter(noun -> SUBJECTS.contains(noun.name()))
                            .isPresent()
                    || around.lower(at).equals("key");
            if (subject && !CountedNoun.isPlural(around.lower(at))) {
                return true;
            }
        }
        return false;
    }
}

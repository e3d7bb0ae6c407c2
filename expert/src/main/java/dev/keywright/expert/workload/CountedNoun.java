package dev.keywright.expert.workload;

import java.util.Optional;
import java.util.Set;

/**
 * The noun a number counts.
 *
 * @param word which word it is
 * @param behind whether it stands behind the number, as most do; "profiles (2 million)" is the other way round
 */
record CountedNoun(int word, boolean behind) {

    private static final int REACH = 5;

    private static final Set<String> DETERMINERS = WordList.of("""
            of our the these those its their your my them such a an more other
            """);

    private static final Set<String> ENDS = WordList.of("""
            per in on at for with from to by is are was were be and or but that which who each every a an the of
            as than then when while if must may can should will would could do does have has had it we you they
            i so within across over under after before into without during between up down out off only not max
            behind about around near come go goes comes also because since until need needs all any its their
            our my your whose where inside via against among through
            """);

    private static final Set<String> PRONOUNS = Set.of("them", "these", "those", "which");

    private static final Set<String> LINKS = WordList.of("""
            among out is are about around roughly approx approximately circa ca nearly almost some of number count total
            currently now up to over than more at maybe probably perhaps say will be reach reaches estimated
            expected exactly close most grow growing under below today altogether in
            """);

    private static final Set<String> IRREGULAR = WordList.of("""
            people persons men women children kids mice staff sheep fish folks media criteria personnel skus
            taxis menus gpus police sms data buses addresses classes businesses bps
            """);

    private static final Set<String> SINGULAR_S = WordList.of("""
            this is was has its always across plus less redis perhaps yes does goes thus versus vs news sales
            sports goods ones previous various gps aws us dns tls https css os ios rps kubernetes postgres analytics
            """);

    static Optional<CountedNoun> of(Surroundings around, RoleBook book, Amount number) {
        int after = around.after(number);
        if (around.lower(after).equals("of") && PRONOUNS.contains(around.lower(after + 1))) {
            return named(around, book, number);
        }
        Optional<CountedNoun> behind = behind(around, book, number);
        return behind.isPresent() ? behind : before(around, book, number);
    }

    /** What "2,000 of them" are: the nearest things named before. */
    private static Optional<CountedNoun> named(Surroundings around, RoleBook book, Amount number) {
        int last = around.before(number);
        for (int w = last; w >= 0 && w > last - 2 * REACH - 2 && around.sameSentence(w, last); w--) {
            if (around.amountAt(w) < 0
                    && isPlural(around.lower(w))
                    && book.noun(around.stem(w)).isPresent()) {
                return Optional.of(new CountedNoun(w, false));
            }
        }
        for (int w = last; w >= 0 && w > last - REACH && around.sameSentence(w, last); w--) {
            if (around.amountAt(w) < 0 && isPlural(around.lower(w))) {
                return Optional.of(new CountedNoun(w, false));
            }
        }
        return Optional.empty();
    }

    private static Optional<CountedNoun> behind(Surroundings around, RoleBook book, Amount number) {
        int first = around.after(number);
        if (first >= around.size()
                || !around.sameSentence(first, Math.max(first - 1, 0))
                || isCutOff(around, first, number)) {
            return Optional.empty();
        }
        int from = first;
        while (from < around.size()
                && from - first < 3
                && DETERMINERS.contains(around.lower(from))
                && !around.endsPhrase(from)) {
            from++;
        }
        int known = -1;
        int owner = -1;
        int last = -1;
        for (int w = from; w < Math.min(around.size(), from + REACH); w++) {
            if (around.isAdverb(w)) {
                continue;
            }
            if (ENDS.contains(around.lower(w)) || around.amountAt(w) >= 0 || !around.sameSentence(w, from)) {
                break;
            }
            if (isPlural(around.lower(w)) && !around.isPossessive(w)) {
                boolean follows = w + 1 < around.size() && !around.endsPhrase(w) && isPlural(around.lower(w + 1));
                boolean prefix = w + 1 < around.size() && around.isPrefix(w + 1); // "keys sms:<number>"
                int head = follows && !prefix && book.noun(around.stem(w + 1)).isPresent() ? w + 1 : w;
                boolean nothing = book.noun(around.stem(head))
                        .filter(noun -> noun.name().equals("step"))
                        .isPresent();
                return Optional.of(new CountedNoun(nothing && owner >= 0 ? owner : head, true));
            }
            if (isPlural(around.lower(w)) && around.isPossessive(w)) {
                owner = w;
            }
            boolean isKnown = book.noun(around.stem(w)).isPresent();
            boolean happens = known == w - 1
                    && book.noun(around.stem(w))
                            .filter(noun -> noun.name().equals("flow"))
                            .isPresent(); // "12 million page view": what is viewed only says which views
            known = isKnown && (known < 0 || happens) ? w : known;
            last = w;
            if (around.endsPhrase(w)) {
                break;
            }
        }
        int head = known >= 0 ? known : last;
        return head >= 0 ? Optional.of(new CountedNoun(head, true)) : Optional.empty();
    }

    /** Whether something ends right behind the number, so that what follows belongs elsewhere. */
    private static boolean isCutOff(Surroundings around, int first, Amount number) {
        return first > 0 && around.word(first - 1).end() >= number.end() && around.endsPhrase(first - 1);
    }

    private static Optional<CountedNoun> before(Surroundings around, RoleBook book, Amount number) {
        int last = around.before(number);
        for (int w = last; w >= 0 && w > last - 7 && around.sameSentence(w, last); w--) {
            if (around.amountAt(w) >= 0) {
                return Optional.empty();
            }
            boolean noun = book.noun(around.stem(w)).isPresent() || isPlural(around.lower(w));
            boolean name =
                    w == last && !around.isLabelled(number) && !isPlural(around.lower(w)) && !around.endsPhrase(w);
            if (name && noun) { // "account 42"
                return Optional.empty();
            }
            if (noun && !LINKS.contains(around.lower(w))) {
                return Optional.of(new CountedNoun(w, false));
            }
            boolean label = around.isLabelled(number) && last - w < 3;
            if (!LINKS.contains(around.lower(w)) && !label) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    static boolean isPlural(String lower) {
        if (IRREGULAR.contains(lower)) {
            return true;
        }
        return lower.length() >= 3
                && lower.endsWith("s")
                && !lower.endsWith("ss")
                && !lower.endsWith("us")
                && !lower.endsWith("is")
                && !SINGULAR_S.contains(lower);
    }
}

package dev.keywright.autocomplete;

import java.time.Duration;
import java.util.Optional;

/**
 * How an {@link Autocomplete} finds its terms. All processes that use an index give the same first four; an index keeps those it began with,
 * and a program with other ones is refused when it changes something.
 *
 * @param shortest up to so many letters a prefix has its own set of the most popular terms, 1 to 5; beyond it the alphabet is searched
 * @param anyWord whether a term is found by the beginning of each of its words, the first 8, or only by its own beginning
 * @param accents whether accents matter: with {@code false} {@code e} finds {@code é}
 * @param halfLife after which popularity counts half, 1 s to 3,650 days; absent when it counts for ever
 * @param kept terms that are kept per short prefix, 10 to 1,000; not more can be asked for
 * @param looked terms that are looked at for a longer prefix, the first ones of the alphabet, 10 to 1,000
 * @param deadline within which every call is answered; the connection's timeout when absent
 */
public record AutocompleteOptions(
        int shortest,
        boolean anyWord,
        boolean accents,
        Optional<Duration> halfLife,
        int kept,
        int looked,
        Optional<Duration> deadline) {

    /** Prefixes of up to 3 letters keep 50 terms; 300 are looked at for longer ones; only the beginning counts, and accents matter. */
    public static final AutocompleteOptions DEFAULTS =
            new AutocompleteOptions(3, false, true, Optional.empty(), 50, 300, Optional.empty());

    public AutocompleteOptions {
        if (shortest < 1 || shortest > 5) {
            throw new IllegalArgumentException("shortest is " + shortest + "; give 1 to 5 letters");
        }
        if (halfLife.isPresent()
                && (halfLife.get().compareTo(Duration.ofSeconds(1)) < 0
                        || halfLife.get().compareTo(Duration.ofDays(3_650)) > 0)) {
            throw new IllegalArgumentException("halfLife is " + halfLife.get() + "; give 1 s to 3650 days");
        }
        checkTerms("kept", kept);
        checkTerms("looked", looked);
        if (deadline.isPresent()
                && (deadline.get().isNegative() || deadline.get().isZero())) {
            throw new IllegalArgumentException("deadline is " + deadline.get() + "; give more than zero");
        }
    }

    private static void checkTerms(String what, int given) {
        if (given < 10 || given > 1_000) {
            throw new IllegalArgumentException(what + " is " + given + "; give 10 to 1000 terms");
        }
    }

    public AutocompleteOptions withShortest(int letters) {
        return new AutocompleteOptions(letters, anyWord, accents, halfLife, kept, looked, deadline);
    }

    public AutocompleteOptions withAnyWord() {
        return new AutocompleteOptions(shortest, true, accents, halfLife, kept, looked, deadline);
    }

    public AutocompleteOptions withoutAccents() {
        return new AutocompleteOptions(shortest, anyWord, false, halfLife, kept, looked, deadline);
    }

    public AutocompleteOptions withHalfLife(Duration halfLife) {
        return new AutocompleteOptions(shortest, anyWord, accents, Optional.of(halfLife), kept, looked, deadline);
    }

    public AutocompleteOptions withKept(int terms) {
        return new AutocompleteOptions(shortest, anyWord, accents, halfLife, terms, looked, deadline);
    }

    public AutocompleteOptions withLooked(int terms) {
        return new AutocompleteOptions(shortest, anyWord, accents, halfLife, kept, terms, deadline);
    }

    public AutocompleteOptions withDeadline(Duration deadline) {
        return new AutocompleteOptions(shortest, anyWord, accents, halfLife, kept, looked, Optional.of(deadline));
    }

    /** What decides where a term is stored, and what its score means. */
    String layout() {
        return shortest + (anyWord ? " words" : " start") + (accents ? " accents" : " plain") + " " + halfLifeMillis();
    }

    long halfLifeMillis() {
        return halfLife.map(Duration::toMillis).orElse(0L);
    }
}

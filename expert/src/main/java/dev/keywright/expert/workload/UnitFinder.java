package dev.keywright.expert.workload;

import static dev.keywright.expert.workload.Dimension.LENGTH;
import static dev.keywright.expert.workload.Dimension.RATE;

import dev.keywright.expert.task.Word;
import dev.keywright.expert.workload.Units.Unit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds the unit that stands at a place of one text. One use, one thread. */
final class UnitFinder {

    private final TokenList tokens;
    private final LoneLetter letters;
    private final boolean geographic;
    private final Map<Integer, String> mended = new HashMap<>();

    UnitFinder(TokenList tokens, LoneLetter letters, List<Word> words, boolean geographic) {
        this.tokens = tokens;
        this.letters = letters;
        this.geographic = geographic;
        words.forEach(word -> mended.put(word.start(), word.stem()));
    }

    /** The unit that stands at {@code u} behind a number. */
    Optional<Unit> behind(int u, BareNumber number) {
        Token token = tokens.at(u);
        if (!token.isWord()) {
            return Optional.empty();
        }
        if (token.glued() && token.text().equals("Mi")) {
            return Optional.of(Units.MEBIBYTE);
        }
        Optional<Unit> letter = letters.unit(u, number.value(), number.scaled());
        if (letter.isPresent() || token.text().length() == 1 && letters.isScale(u, number.value())) {
            return letter;
        }
        if (!token.glued() && token.text().length() == 1 && !letters.mayStandApart(token)) {
            return Optional.empty();
        }
        return Units.named(token.lower())
                .or(() -> Units.ofStem(mended.getOrDefault(token.start(), "")))
                .filter(unit -> unit.dimension() != LENGTH || !isCountedMeter(u, number));
    }

    /** "400,000 meters", "40 million meter readings": the meters that are read, not those that are walked. */
    private boolean isCountedMeter(int u, BareNumber number) {
        boolean meter = tokens.at(u).is("meter") || tokens.at(u).is("meters");
        return meter
                && !geographic
                && (number.value() >= 5000
                        || CountedNoun.isPlural(tokens.at(u + 1).lower()));
    }

    /** The unit at {@code u} that needs no number in front. */
    Optional<Unit> alone(int u) {
        Token token = tokens.at(u);
        if (!token.isWord() || !Units.standsAlone(token.lower()) || token.text().indexOf('\'') > 0) {
            boolean slash = tokens.is(u - 1, "/") && token.isWord();
            return slash ? letters.period(u) : Optional.empty();
        }
        return Units.named(token.lower())
                .or(() -> Units.ofStem(mended.getOrDefault(token.start(), "")))
                .filter(unit -> unit.dimension() != RATE);
    }

    /** Whether a unit or a percent sign stands at {@code i}. */
    boolean isUnit(int i) {
        return tokens.is(i, "%")
                || alone(i).isPresent()
                || tokens.at(i).isWord() && Units.named(tokens.at(i).lower()).isPresent();
    }
}

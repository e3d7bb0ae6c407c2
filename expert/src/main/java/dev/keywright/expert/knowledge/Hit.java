package dev.keywright.expert.knowledge;

/**
 * A phrase found in a text.
 *
 * @param owner whose phrase it is: a pattern, a trait, a kind
 * @param phrase the phrase
 * @param start where its first word begins, in characters
 * @param end where its last word ends
 * @param negated the text turns the phrase away ("no need for ...", "instead of ...")
 */
public record Hit(String owner, Phrase phrase, int start, int end, boolean negated) {

    public double weight() {
        double weight = phrase.strength().weight();
        return negated ? -Math.abs(weight) : weight;
    }

    public boolean overlaps(Hit other) {
        return start < other.end && other.start < end;
    }
}

package dev.keywright.expert.task;

/**
 * One word of a text.
 *
 * @param text as written
 * @param lower in lower case, without apostrophes
 * @param stem what inflected forms share
 * @param start where it begins in the text, in characters
 * @param end where it ends
 * @param sentence which sentence it stands in, counted from 0
 */
public record Word(String text, String lower, String stem, int start, int end, int sentence) {

    public Word withStem(String corrected) {
        return new Word(text, lower, corrected, start, end, sentence);
    }
}

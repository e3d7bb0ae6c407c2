package dev.keywright.expert.workload;

import dev.keywright.expert.task.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The shape of a text: how many of its sentences ask, and with which words they open.
 *
 * @param asking sentences that end with a question mark or open with a question word
 * @param telling all others
 * @param shortQuestion the last sentence is a question of a few words, such as "LRU or LFU?"
 * @param opensWithQuestion the first sentence is a question
 * @param openings the word each sentence opens with, in lower case, polite words aside; never empty for a text with words
 */
record Sentences(int asking, int telling, boolean shortQuestion, boolean opensWithQuestion, List<String> openings) {

    private static final int FEW_WORDS = 6;

    private static final Set<String> QUESTION_WORDS = Set.of(
            "what",
            "whats",
            "why",
            "how",
            "when",
            "which",
            "who",
            "where",
            "is",
            "are",
            "does",
            "do",
            "can",
            "could",
            "should",
            "will",
            "would",
            "did",
            "has",
            "have",
            "explain",
            "difference",
            "compare",
            "pros",
            "may",
            "am");

    private static final Set<String> POLITE = Set.of(
            "please", "pls", "plz", "hi", "hello", "hey", "and", "so", "ok", "now", "then", "also", "help", "me", "we",
            "you", "i", "us", "need", "want", "must", "have", "to", "lets", "let", "just", "first", "how", "do",
            "would", "like", "can", "could", "should");

    static Sentences of(String text, List<Word> words) {
        int asking = 0;
        int telling = 0;
        boolean shortQuestion = false;
        boolean opensWithQuestion = false;
        List<String> openings = new ArrayList<>();
        for (List<Word> sentence : split(words)) {
            boolean asks = asks(text, sentence);
            opensWithQuestion |= asks && openings.isEmpty();
            openings.add(firstWord(text, sentence));
            shortQuestion = asks && sentence.size() <= FEW_WORDS;
            if (asks) {
                asking++;
            } else {
                telling++;
            }
        }
        return new Sentences(asking, telling, shortQuestion, opensWithQuestion, List.copyOf(openings));
    }

    /** The word a sentence opens with, polite ones aside; a name such as MIGRATE or rename-command is none. */
    private static String firstWord(String text, List<Word> sentence) {
        return sentence.stream()
                .filter(word -> !POLITE.contains(word.lower()))
                .findFirst()
                .filter(word -> !isName(text, word))
                .map(Word::lower)
                .orElse("");
    }

    private static boolean isName(String text, Word word) {
        boolean joined = word.end() < text.length() && "-_".indexOf(text.charAt(word.end())) >= 0;
        boolean capitals =
                word.text().length() > 2 && word.text().equals(word.text().toUpperCase(Locale.ROOT));
        return joined || capitals && !text.equals(text.toUpperCase(Locale.ROOT));
    }

    private static List<List<Word>> split(List<Word> words) {
        List<List<Word>> sentences = new ArrayList<>();
        for (Word word : words) {
            boolean next = sentences.isEmpty()
                    || sentences.get(sentences.size() - 1).get(0).sentence() != word.sentence();
            if (next) {
                sentences.add(new ArrayList<>());
            }
            sentences.get(sentences.size() - 1).add(word);
        }
        return sentences;
    }

    private static boolean asks(String text, List<Word> sentence) {
        int end = sentence.get(sentence.size() - 1).end();
        int mark = end;
        while (mark < text.length() && "\"')* ".indexOf(text.charAt(mark)) >= 0) {
            mark++;
        }
        boolean marked = mark < text.length() && text.charAt(mark) == '?';
        return marked || QUESTION_WORDS.contains(sentence.get(0).lower());
    }
}

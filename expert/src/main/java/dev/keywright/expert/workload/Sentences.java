package dev.keywright.expert.workload;

import dev.keywright.expert.task.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The shape of a text: how many of its sentences ask, and with which word it opens.
 *
 * @param asking sentences that end with a question mark or open with a question word
 * @param telling all others
 * @param shortQuestion the last sentence is a question of a few words, such as "LRU or LFU?"
 * @param opening the first word, in lower case
 */
record Sentences(int asking, int telling, boolean shortQuestion, String opening) {

    private static final int FEW_WORDS = 6;

    private static final Set<String> QUESTION_WORDS = Set.of(
            "what", "whats", "why", "how", "when", "which", "who", "where", "is", "are", "does", "do", "can", "could",
            "should", "will", "would", "did", "has", "have", "explain", "difference", "compare", "pros", "may", "am");

    static Sentences of(String text, List<Word> words) {
        int asking = 0;
        int telling = 0;
        boolean shortQuestion = false;
        for (List<Word> sentence : split(words)) {
            boolean asks = asks(text, sentence);
            shortQuestion = asks && sentence.size() <= FEW_WORDS;
            if (asks) {
                asking++;
            } else {
                telling++;
            }
        }
        return new Sentences(asking, telling, shortQuestion, words.isEmpty() ? "" : words.get(0).lower());
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

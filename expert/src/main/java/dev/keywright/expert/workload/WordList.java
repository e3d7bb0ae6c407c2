package dev.keywright.expert.workload;

import java.util.Set;

/** Sets of words written as running text. */
final class WordList {

    private WordList() {}

    /** The words of a text, parted by spaces or line ends; one that stands twice is an error. */
    static Set<String> of(String words) {
        return Set.of(words.strip().split("\\s+"));
    }
}

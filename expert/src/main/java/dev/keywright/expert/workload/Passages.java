package dev.keywright.expert.workload;

import dev.keywright.expert.task.Word;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which part of a text speaks of which of its needs, so that "sessions of 8 hours, pages cached for 2 minutes" gives each
 * its own time.
 */
final class Passages {

    private final String text;
    private final Map<String, List<Word>> words;

    private Passages(String text, Map<String, List<Word>> words) {
        this.text = text;
        this.words = words;
    }

    /** A part that speaks of none of the needs goes on with the one before it. */
    static Passages of(String text, List<List<Word>> parts, List<Need> needs, NeedFinder finder) {
        Map<String, List<Word>> words = new LinkedHashMap<>();
        for (List<Word> part : parts) {
            Optional<String> spokenOf = finder.rank(part).stream()
                    .filter(finder::isClear)
                    .map(Need::pattern)
                    .filter(pattern ->
                            needs.stream().anyMatch(need -> need.pattern().equals(pattern)))
                    .findFirst();
            Optional<String> before = speakingBefore(words);
            int aside = before.isPresent() ? aside(text, part) : 0;
            before.ifPresent(
                    pattern -> words.getOrDefault(pattern, new ArrayList<>()).addAll(part.subList(0, aside)));
            spokenOf.or(() -> before)
                    .ifPresent(pattern -> words.computeIfAbsent(pattern, key -> new ArrayList<>())
                            .addAll(part.subList(aside, part.size())));
        }
        return new Passages(text, words);
    }

    private static Optional<String> speakingBefore(Map<String, List<Word>> words) {
        return words.entrySet().stream()
                .filter(entry -> !entry.getValue().isEmpty())
                .max(Comparator.comparingInt(entry -> end(entry.getValue())))
                .map(Map.Entry::getKey);
    }

    /** How many words of a part stand in brackets that open in front of it: "session handling (8h), ..." */
    private static int aside(String text, List<Word> part) {
        int open = part.get(0).start() - 1;
        if (open < 0 || text.charAt(open) != '(') {
            return 0;
        }
        int close = text.indexOf(')', open);
        return (int) part.stream().filter(word -> word.end() <= close).count();
    }

    private static int end(List<Word> words) {
        return words.get(words.size() - 1).end();
    }

    /** The quantities said of each need, by pattern. */
    Map<String, List<Fact>> facts(QuantityReader reader) {
        Map<String, List<Fact>> facts = new LinkedHashMap<>();
        words.forEach((pattern, own) -> facts.put(pattern, reader.read(only(own), own, pattern, List.of(pattern))));
        return facts;
    }

    /** The text with blanks for all that lies outside: places stay what they are. */
    private String only(List<Word> own) {
        char[] kept = new char[text.length()];
        Arrays.fill(kept, ' ');
        for (int i = 0; i < own.size(); i++) {
            boolean goesOn = i + 1 < own.size() && isNext(own.get(i), own.get(i + 1));
            int end = goesOn ? own.get(i + 1).start() : own.get(i).end();
            for (int at = own.get(i).start(); at < end; at++) {
                kept[at] = text.charAt(at);
            }
        }
        return new String(kept);
    }

    /** Whether nothing but signs and blanks stands between two words. */
    private boolean isNext(Word one, Word two) {
        return text.substring(one.end(), two.start()).chars().noneMatch(Character::isLetterOrDigit);
    }
}

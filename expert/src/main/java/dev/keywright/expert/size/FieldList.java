package dev.keywright.expert.size;

import dev.keywright.expert.workload.Pieces.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Fields that are named one by one: "name, email (40 bytes), age and city".
 *
 * @param fields the name of each, and what it holds where that was said or its name tells
 */
record FieldList(List<Field> fields) {

    /**
     * @param content in the notation of contents; empty where nobody knows
     * @param quoted the words that say it; empty where the name tells
     */
    record Field(String name, Optional<String> content, String quoted) {}

    private static final Set<String> LINKS = Set.of("and", "&", "or", "+", "plus");
    private static final Set<String> NO_NAMES = Set.of("the", "other", "others", "more", "etc", "so", "of");
    private static final String OTHERWISE = "20";

    FieldList {
        fields = List.copyOf(fields);
    }

    /** A list and the place behind it. */
    record Found(FieldList list, int end) {}

    /** The list that begins at {@code i}, behind a colon, a bracket or nothing; at least two fields make one. */
    static Optional<Found> at(SizeWords words, int i) {
        int at = i;
        while (words.is(at, ":", "(", "are", "called", "named", "like")) {
            at++;
        }
        List<Field> fields = new ArrayList<>();
        int end = at;
        boolean more = true;
        while (more && isName(words, at)) {
            String last = words.at(at).lower();
            String name = last;
            int behind = at + 1;
            while (words.is(behind, "_") && isName(words, behind + 1)) { // created_at
                last = words.at(behind + 1).lower();
                name += "_" + last;
                behind += 2;
            }
            if (isName(words, behind)) { // first name
                last = words.at(behind++).lower();
                name += "_" + last;
            }
            Optional<String> content = words.is(behind, "(") ? content(words, behind + 1) : Optional.empty();
            String quoted = "";
            if (content.isPresent()) {
                quoted = words.at(behind + 1).text();
                behind = words.behind(behind, ")");
            }
            fields.add(new Field(name, content.isPresent() ? content : Lexicon.held(last), quoted));
            end = behind;
            more = words.is(behind, ",") || words.isIn(behind, LINKS) || words.is(behind, "&", "+", "/");
            at = behind + 1;
            while (words.isIn(at, LINKS)) {
                at++;
            }
        }
        return fields.size() < 2 ? Optional.empty() : Optional.of(new Found(new FieldList(fields), end));
    }

    private static boolean isName(SizeWords words, int i) {
        return words.at(i).kind() == Kind.WORD
                && !words.isIn(i, Lexicon.ENDS)
                && !words.isIn(i, LINKS)
                && !words.isIn(i, NO_NAMES);
    }

    private static Optional<String> content(SizeWords words, int i) {
        return words.at(i).kind() == Kind.SIZE
                ? Optional.of(words.notation(i))
                : Lexicon.form(words.at(i).lower());
    }

    /** Whether they can be nothing but names: at least three, or sizes are said of them. */
    boolean isOfFields() {
        boolean sized = fields.stream().anyMatch(field -> field.content().isPresent());
        return (sized || size() > 2)
                && fields.stream()
                        .noneMatch(field -> Stream.of(field.name().split("_"))
                                .anyMatch(word -> Lexicon.isContent(word)
                                        || Lexicon.KEYS.contains(word)
                                        || Lexicon.NAMES.contains(word)
                                        || Lexicon.structure(word).isPresent()
                                        || AmountWords.isExpiry(word)));
    }

    int size() {
        return fields.size();
    }

    double meanLength() {
        return fields.stream()
                .mapToInt(field -> field.name().length())
                .average()
                .orElse(0);
    }

    /** Lengths of the names, each with how often it occurs. */
    String lengths() {
        Map<Integer, Integer> lengths = new LinkedHashMap<>();
        fields.forEach(field -> lengths.merge(field.name().length(), 1, Integer::sum));
        List<String> parts = new ArrayList<>();
        lengths.forEach((length, times) -> parts.add(length + "*" + times));
        return String.join(" ", parts);
    }

    /** The sizes that were said of them. */
    String quoted() {
        return fields.stream()
                .map(Field::quoted)
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining(", "));
    }

    /** What they hold, in equal parts; empty where none tells. */
    Optional<String> contents() {
        if (fields.stream().noneMatch(field -> field.content().isPresent())) {
            return Optional.empty();
        }
        String share = SizeWords.number(100.0 / size()) + " % ";
        return Optional.of(String.join(
                " | ",
                fields.stream()
                        .map(field -> share + field.content().orElse(OTHERWISE))
                        .toList()));
    }
}

package dev.keywright.expert.size;

import dev.keywright.expert.workload.Pieces.Kind;
import dev.keywright.expert.workload.Pieces.Piece;
import dev.keywright.ops.memory.Description;
import dev.keywright.ops.memory.Origin;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Amounts of a text that no figure stands on. */
final class Leftovers {

    private static final Set<String> VAGUE =
            Set.of("dozens", "hundreds", "thousands", "millions", "billions", "lots", "plenty");

    private Leftovers() {}

    /** One sentence with all of them; empty where everything was used. */
    static Optional<String> of(DataWords.Told told, Description description) {
        SizeWords words = told.words();
        StringBuilder used = new StringBuilder(description.figures().stream()
                .filter(figure -> figure.origin() != Origin.ASSUMED)
                .map(Description.Figure::from)
                .distinct()
                .map(Leftovers::plain)
                .collect(Collectors.joining("\n")));
        boolean expires = description.figures().stream()
                .anyMatch(figure -> figure.name().endsWith(".expiring") && figure.origin() != Origin.ASSUMED);
        List<String> left = new ArrayList<>();
        told.lost().stream()
                .filter(share -> !Character.isDigit(share.charAt(0)))
                .forEach(share -> left.add("\"" + share + "\""));
        for (int i = 0; i < words.size(); i++) {
            Piece piece = words.at(i);
            boolean one = piece.kind() == Kind.COUNT && piece.high() == 1;
            boolean amount = piece.isAmount() && !piece.implied() && !one;
            boolean time = piece.kind() == Kind.TIME
                    || piece.kind() == Kind.COUNT
                            && AmountWords.isExpiry(words.at(words.link(i)).lower()); // TTL 20m
            boolean lifetime = expires && time && AmountWords.isLifetime(words, i);
            boolean odd =
                    piece.kind() == Kind.SIGN && Character.isDigit(piece.text().charAt(0)) && !isInName(words, i);
            if (odd || words.isIn(i, VAGUE) && words.is(i + 1, "of")) {
                left.add(quoted(words, i));
            } else if (amount && !lifetime && !strike(used, plain(piece.text()))) {
                left.add(quoted(words, i));
            }
        }
        return left.isEmpty()
                ? Optional.empty()
                : Optional.of("not used: " + String.join(", ", left)
                        + "; see what was understood, and say it in other words or with --set.");
    }

    /** "IPv4", "sha256": digits that are part of a word. */
    private static boolean isInName(SizeWords words, int i) {
        Piece before = words.at(i - 1);
        boolean glued =
                before.kind() == Kind.WORD && before.end() == words.at(i).start();
        return glued && (before.text().length() > 1 || before.lower().equals("v"));
    }

    /** Shares are quoted with a space and without. */
    private static String plain(String text) {
        return text.replaceAll("\\s+%", "%");
    }

    /** Takes one mention of an amount out; false where there is none left. */
    private static boolean strike(StringBuilder used, String amount) {
        Matcher mention = Pattern.compile("(?<![\\w.])" + Pattern.quote(amount) + "(?![\\w])")
                .matcher(used);
        boolean found = mention.find();
        if (found) {
            used.delete(mention.start(), mention.end());
        }
        return found;
    }

    private static String quoted(SizeWords words, int i) {
        StringBuilder text = new StringBuilder("\"").append(words.at(i).text());
        for (int w = i + 1; w <= i + words.phrase(i + 1); w++) {
            text.append(' ').append(words.at(w).text());
        }
        return text.append('"').toString();
    }
}

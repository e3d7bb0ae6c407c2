package dev.keywright.ops.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Splits a line into words exactly as the server does: blanks separate; double quotes know {@code \n \r \t \b \a \xHH} and a
 * backslash before anything else, single quotes know {@code \'} only; a closing quote must be followed by a blank or the end.
 */
final class Words {

    private final String line;
    private int at;

    private Words(String line) {
        this.line = line;
    }

    /** The words of the line; empty when its quotes do not match. */
    static Optional<List<String>> split(String line) {
        Words words = new Words(line);
        List<String> all = new ArrayList<>();
        while (words.skipBlanks()) {
            Optional<String> next = words.next();
            if (next.isEmpty()) {
                return Optional.empty();
            }
            all.add(next.get());
        }
        return Optional.of(all);
    }

    /** A word in the form that the splitter reads back; quoted only where it must be. */
    static String quoted(String word) {
        if (!word.isEmpty() && word.chars().allMatch(c -> c > ' ' && c < 127 && c != '"' && c != '\'' && c != '\\')) {
            return word;
        }
        StringBuilder text = new StringBuilder("\"");
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            switch (c) {
                case '"', '\\' -> text.append('\\').append(c);
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                default -> text.append(c);
            }
        }
        return text.append('"').toString();
    }

    /** What ends a word without quotes; less than what is skipped between words. */
    private static boolean endsWord(char c) {
        return c == ' ' || c == '\n' || c == '\r' || c == '\t';
    }

    /** What the server takes for a blank. */
    static boolean isBlank(char c) {
        return c == ' ' || c >= '\t' && c <= '\r';
    }

    private boolean skipBlanks() {
        while (at < line.length() && isBlank(line.charAt(at))) {
            at++;
        }
        return at < line.length();
    }

    private Optional<String> next() {
        StringBuilder word = new StringBuilder();
        while (at < line.length() && !endsWord(line.charAt(at))) {
            char c = line.charAt(at++);
            if (c == '"' || c == '\'') {
                return quote(word, c) && atEndOfWord() ? Optional.of(word.toString()) : Optional.empty();
            }
            word.append(c);
        }
        return Optional.of(word.toString());
    }

    private boolean atEndOfWord() {
        return at == line.length() || isBlank(line.charAt(at));
    }

    /** Reads up to the closing quote; false when there is none. */
    private boolean quote(StringBuilder word, char quote) {
        while (at < line.length()) {
            char c = line.charAt(at++);
            if (c == quote) {
                return true;
            }
            if (c == '\\' && quote == '\'' && at < line.length() && line.charAt(at) == '\'') {
                at++;
                word.append('\'');
            } else if (c == '\\' && quote == '"' && at < line.length()) {
                word.append(escaped());
            } else {
                word.append(c);
            }
        }
        return false;
    }

    private char escaped() {
        char c = line.charAt(at);
        if (c == 'x' && at + 2 < line.length() && isHex(line.charAt(at + 1)) && isHex(line.charAt(at + 2))) {
            int code = Integer.parseInt(line, at + 1, at + 3, 16);
            at += 3;
            return (char) code;
        }
        at++;
        return switch (c) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'b' -> '\b';
            case 'a' -> '\u0007';
            default -> c;
        };
    }

    private static boolean isHex(char c) {
        return Character.digit(c, 16) >= 0 && c < 128;
    }
}

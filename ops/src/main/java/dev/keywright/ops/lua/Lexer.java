package dev.keywright.ops.lua;

import dev.keywright.ops.lua.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Cuts the text of a script into words, as Lua 5.1 does; comments and a first line with {@code #!} are left out. */
final class Lexer {

    private static final Set<String> KEYWORDS = Set.of(
            "and",
            "break",
            "do",
            "else",
            "elseif",
            "end",
            "false",
            "for",
            "function",
            "if",
            "in",
            "local",
            "nil",
            "not",
            "or",
            "repeat",
            "return",
            "then",
            "true",
            "until",
            "while");
    private static final List<String> SYMBOLS = List.of(
            "...", "..", "==", "~=", "<=", ">=", "+", "-", "*", "/", "%", "^", "#", "<", ">", "=", "(", ")", "{", "}",
            "[", "]", ";", ":", ",", ".");
    private static final char NONE = '\uffff';
    private static final char BYTE_ORDER_MARK = '\ufeff';

    private final String source;
    private final List<Token> tokens = new ArrayList<>();
    private int at;
    private int line = 1;

    private Lexer(String source) {
        this.source = source;
    }

    /** All words, the last one of kind {@code END}. */
    static List<Token> tokens(String source) {
        Lexer lexer = new Lexer(source);
        if (source.startsWith("#")) {
            lexer.skipLine();
        }
        while (lexer.next()) {
            // All is done in next().
        }
        lexer.add(Kind.END, "");
        return lexer.tokens;
    }

    private boolean next() {
        skipBlank();
        if (at >= source.length()) {
            return false;
        }
        char c = source.charAt(at);
        if (isLetter(c)) {
            int start = at;
            while (isLetter(peek(0)) || isDigit(peek(0))) {
                at++;
            }
            String word = source.substring(start, at);
            add(KEYWORDS.contains(word) ? Kind.KEYWORD : Kind.NAME, word);
        } else if (isDigit(c) || c == '.' && isDigit(peek(1))) {
            number();
        } else if (c == '"' || c == '\'') {
            quoted(c);
        } else if (c == '[' && level(at) >= 0) {
            int begun = line;
            tokens.add(new Token(Kind.STRING, longText(level(at)), begun));
        } else {
            symbol();
        }
        return true;
    }

    private void skipBlank() {
        while (at < source.length()) {
            char c = source.charAt(at);
            if (c == '-' && peek(1) == '-') {
                at += 2;
                int level = peek(0) == '[' ? level(at) : -1;
                if (level >= 0) {
                    longText(level);
                } else {
                    skipLine();
                }
            } else if (c == '\n') {
                line++;
                at++;
            } else if (c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\u000b') {
                at++;
            } else {
                return;
            }
        }
    }

    private void skipLine() {
        while (at < source.length() && source.charAt(at) != '\n') {
            at++;
        }
    }

    /** How many '=' stand in a long bracket that opens there; -1 when none opens. */
    private int level(int from) {
        int i = from + 1;
        while (i < source.length() && source.charAt(i) == '=') {
            i++;
        }
        return i < source.length() && source.charAt(i) == '[' ? i - from - 1 : -1;
    }

    private String longText(int level) {
        int begun = line;
        String closing = "]" + "=".repeat(level) + "]";
        int start = at + level + 2;
        int end = source.indexOf(closing, start);
        if (end < 0) {
            throw new SyntaxFault(begun, "a long string or comment is opened and never closed with " + closing);
        }
        String text = source.substring(start, end);
        if (level == 0 && text.contains("[[")) {
            throw new SyntaxFault(begun, "[[ stands within [[ and ]]");
        }
        line += (int) text.chars().filter(c -> c == '\n').count();
        at = end + closing.length();
        return text.startsWith("\n") ? text.substring(1) : text;
    }

    private void number() {
        int start = at;
        boolean hex = peek(0) == '0' && (peek(1) == 'x' || peek(1) == 'X');
        at += hex ? 2 : 0;
        while (isDigit(peek(0)) || isLetter(peek(0)) || peek(0) == '.' || isSign(hex)) {
            at++;
        }
        String text = source.substring(start, at);
        if (!text.matches(hex ? "0[xX][0-9a-fA-F]+" : "(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?")) {
            throw new SyntaxFault(line, "'" + text + "' is no number");
        }
        add(Kind.NUMBER, text);
    }

    private boolean isSign(boolean hex) {
        char before = source.charAt(at - 1);
        return !hex && (peek(0) == '+' || peek(0) == '-') && (before == 'e' || before == 'E');
    }

    private void quoted(char quote) {
        StringBuilder text = new StringBuilder();
        at++;
        while (peek(0) != quote) {
            char c = peek(0);
            if (at >= source.length() || c == '\n') {
                throw new SyntaxFault(line, "a string is not closed with " + quote);
            }
            at++;
            if (c == '\\') {
                escaped(text);
            } else {
                text.append(c);
            }
        }
        at++;
        add(Kind.STRING, text.toString());
    }

    private void escaped(StringBuilder into) {
        char c = peek(0);
        if (isDigit(c)) {
            int code = 0;
            for (int digits = 0; digits < 3 && isDigit(peek(0)); digits++) {
                code = code * 10 + peek(0) - '0';
                at++;
            }
            if (code > 255) {
                throw new SyntaxFault(line, "the escape \\" + code + " is no byte");
            }
            into.append((char) code);
            return;
        }
        at++;
        line += c == '\n' ? 1 : 0;
        into.append(
                switch (c) {
                    case 'n' -> '\n';
                    case 't' -> '\t';
                    case 'r' -> '\r';
                    case 'a' -> '\u0007';
                    case 'b' -> '\b';
                    case 'f' -> '\f';
                    case 'v' -> '\u000b';
                    default -> c;
                });
    }

    private void symbol() {
        for (String symbol : SYMBOLS) {
            if (source.startsWith(symbol, at)) {
                at += symbol.length();
                add(Kind.SYMBOL, symbol);
                return;
            }
        }
        char c = source.charAt(at);
        throw new SyntaxFault(
                line,
                c == BYTE_ORDER_MARK
                        ? "there is a byte order mark, which no editor shows; save the file without it"
                        : "unexpected character '" + c + "'");
    }

    private void add(Kind kind, String text) {
        tokens.add(new Token(kind, text, line));
    }

    private char peek(int ahead) {
        return at + ahead < source.length() ? source.charAt(at + ahead) : NONE;
    }

    private static boolean isLetter(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}

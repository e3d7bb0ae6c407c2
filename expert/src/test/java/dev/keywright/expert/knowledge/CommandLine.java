package dev.keywright.expert.knowledge;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Splits command lines as redis-cli and a shell do, as far as the lines of the knowledge need it. */
final class CommandLine {

    private static final Pattern HERE =
            Pattern.compile("> *(\\S+) *<<'(\\w+)'\\s*\\R(.*?)\\R\\2\\s*(?:\\R|\\z)", Pattern.DOTALL);
    private static final Pattern NESTED = Pattern.compile("\\$\\(([^)]*)\\)");
    private static final Pattern NO_COMMAND =
            Pattern.compile("[A-Za-z_][A-Za-z_0-9]*=.*|while|do|done|if|then|else|fi|!");

    private static final Pattern TOKEN = Pattern.compile(
            "(?<op>\\|\\||&&|[|;&\\n])|(?<re>\\d?[<>]+&?\\s*\\S+)|(?<word>(?:'[^']*'|\"(?:\\\\.|[^\"\\\\])*\"|\\\\.|\\$\\([^)]*\\)|[^\\s|;&<>'\"\\\\])+)|\\s");
    private static final Pattern QUOTED =
            Pattern.compile("'([^']*)'|\"((?:\\\\.|[^\"\\\\])*)\"|\\\\(.)", Pattern.DOTALL);

    private CommandLine() {}

    /** The arguments that redis-cli would send, one {@code char} per byte beyond ASCII escapes. */
    static List<String> words(String line) {
        List<String> words = new ArrayList<>();
        int i = 0;
        while (true) {
            while (i < line.length() && Character.isWhitespace(line.charAt(i))) {
                i++;
            }
            if (i == line.length()) {
                return words;
            }
            StringBuilder word = new StringBuilder();
            while (i < line.length() && !Character.isWhitespace(line.charAt(i))) {
                char c = line.charAt(i);
                if (c == '"') {
                    i = doubleQuoted(line, i + 1, word);
                } else if (c == '\'') {
                    i = singleQuoted(line, i + 1, word);
                } else {
                    word.append(c);
                    i++;
                }
            }
            words.add(word.toString());
        }
    }

    private static int doubleQuoted(String line, int from, StringBuilder word) {
        int i = from;
        while (i < line.length() && line.charAt(i) != '"') {
            if (line.charAt(i) != '\\' || i + 1 == line.length()) {
                word.append(line.charAt(i++));
            } else if (line.startsWith("\\x", i) && i + 4 <= line.length()) {
                word.append((char) Integer.parseInt(line.substring(i + 2, i + 4), 16));
                i += 4;
            } else {
                char c = line.charAt(i + 1);
                word.append(
                        switch (c) {
                            case 'n' -> '\n';
                            case 'r' -> '\r';
                            case 't' -> '\t';
                            case 'b' -> '\b';
                            case 'a' -> '\u0007';
                            default -> c;
                        });
                i += 2;
            }
        }
        return closed(line, i);
    }

    private static int singleQuoted(String line, int from, StringBuilder word) {
        int i = from;
        while (i < line.length() && line.charAt(i) != '\'') {
            if (line.startsWith("\\'", i)) {
                i++;
            }
            word.append(line.charAt(i++));
        }
        return closed(line, i);
    }

    private static int closed(String line, int quote) {
        if (quote >= line.length()) {
            throw new IllegalArgumentException("a quote is not closed in: " + line);
        }
        return quote + 1;
    }

    /** The files that a line writes by here-documents, and what they hold. */
    static Map<String, String> written(String text) {
        return HERE.matcher(text).results().collect(Collectors.toMap(found -> found.group(1), found -> found.group(3)));
    }

    /** The simple commands of a shell line, also those in $(...), without redirections, assignments, keywords and here-documents. */
    static List<List<String>> commands(String text) {
        List<List<String>> commands = new ArrayList<>();
        List<String> words = new ArrayList<>();
        Matcher token = TOKEN.matcher(HERE.matcher(text).replaceAll("\n"));
        int at = 0;
        while (token.find()) {
            if (token.start() != at) {
                throw new IllegalArgumentException("cannot be read from \"" + text.substring(at) + "\" on");
            }
            at = token.end();
            if (token.group("op") != null) {
                commands.add(words);
                words = new ArrayList<>();
            }
            Optional.ofNullable(token.group("word")).map(CommandLine::unquoted).ifPresent(words::add);
        }
        commands.add(words);
        NESTED.matcher(text).results().forEach(nested -> commands.addAll(commands(nested.group(1))));
        commands.forEach(command -> {
            while (!command.isEmpty() && NO_COMMAND.matcher(command.get(0)).matches()) {
                command.remove(0);
            }
        });
        return commands.stream().filter(command -> !command.isEmpty()).toList();
    }

    private static String unquoted(String word) {
        return QUOTED.matcher(word)
                .replaceAll(found -> Matcher.quoteReplacement(
                        found.group(1) != null
                                ? found.group(1)
                                : found.group(2) != null
                                        ? found.group(2).replaceAll("\\\\([\"\\\\$`])", "$1")
                                        : found.group(3)));
    }
}

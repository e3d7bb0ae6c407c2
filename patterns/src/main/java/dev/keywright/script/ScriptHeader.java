package dev.keywright.script;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a script says of itself on its first lines: the first line with its flags, then a comment with these words at the start
 * of a line, each followed by what it is about, further lines indented.
 *
 * <pre>
 * #!lua flags=no-writes
 * --[[
 * Moves money between two accounts, all of it or none.
 *
 * KEYS  1 from      string, cents
 *       2 to        string, cents
 * ARGV  1 amount    whole number, 1 to 1000000
 * REPLY 1 moved, 0 not enough
 * COST  O(1); GET, DECRBY, INCRBY
 * NEEDS Redis 7.0
 * VERSION 3
 * GIVEN SET {bank}:a 100
 * TRY   EVAL KEYS {bank}:a {bank}:b ARGV 5
 * ]]
 * </pre>
 *
 * A key or argument written as {@code 3..} stands for that one and all that follow. Comments of the form
 * {@code ARGV[1]: amount} are understood as well; a script that has nothing else {@linkplain #isFormal() is not formal}.
 *
 * @param engine what the first line names after {@code #!}; empty when there is no such line
 * @param name of a library of functions, from {@code #!lua name=bank}
 * @param flags of the first line
 * @param summary the sentences before the first word
 * @param words all the text that belongs to each word, in the order of the words
 * @param isFormal whether the words are there, and not only comments that mention keys and arguments
 */
public record ScriptHeader(
        String engine,
        Optional<String> name,
        List<String> flags,
        String summary,
        Map<String, String> words,
        List<Parameter> keys,
        List<Parameter> arguments,
        boolean isFormal) {

    private static final List<String> WORDS =
            List.of("FUNCTION", "KEYS", "ARGV", "REPLY", "COST", "NEEDS", "VERSION", "GIVEN", "TRY");
    private static final Pattern BLOCK = Pattern.compile("--\\[(=*)\\[(.*?)]\\1]", Pattern.DOTALL);
    private static final Pattern ENTRY = Pattern.compile("(\\d{1,4})(\\.\\.)?\\s+(.*)");
    private static final Pattern MENTION = Pattern.compile(
            "(KEYS|ARGV)\\[(\\d{1,4})]\\s*[:=,-]*\\s*(.*?)(?=,?\\s*(?:KEYS|ARGV)\\[|$)", Pattern.MULTILINE);

    public ScriptHeader {
        flags = List.copyOf(flags);
        words = Map.copyOf(words);
        keys = List.copyOf(keys);
        arguments = List.copyOf(arguments);
    }

    /**
     * One declared key or argument.
     *
     * @param place counted from 1
     * @param isRest whether it stands for all that follow as well
     * @param name one word
     * @param text what it is
     */
    public record Parameter(int place, boolean isRest, String name, String text) {

        /** Whether this declares the key or argument of that place. */
        public boolean covers(int number) {
            return isRest ? number >= place : number == place;
        }
    }

    /** One line that can be run, from {@code TRY EVAL KEYS a b ARGV c d}. */
    public record Sample(List<String> keys, List<String> arguments) {
        public Sample {
            keys = List.copyOf(keys);
            arguments = List.copyOf(arguments);
        }
    }

    /** Reads the header of a script; what is not there stays empty. */
    public static ScriptHeader of(String source) {
        String first = source.lines().findFirst().orElse("");
        Matcher block = BLOCK.matcher(source);
        boolean formal = block.find() && sections(block.group(2)).containsKey("KEYS");
        return formal ? of(first, block.group(2)) : mentioned(first, source);
    }

    /** Reads every header of a library: one comment for each of its functions, which names it after {@code FUNCTION}. */
    public static List<ScriptHeader> functions(String source) {
        return comments(source).stream()
                .filter(header -> header.words().containsKey("FUNCTION"))
                .toList();
    }

    /** Reads every comment in long brackets as a header. */
    static List<ScriptHeader> comments(String source) {
        String first = source.lines().findFirst().orElse("");
        return BLOCK.matcher(source)
                .results()
                .map(result -> of(first, result.group(2)))
                .toList();
    }

    private static ScriptHeader of(String first, String comment) {
        Map<String, String> sections = sections(comment);
        return new ScriptHeader(
                engine(first),
                option(first, "name"),
                flags(first),
                sections.getOrDefault("", "").strip(),
                sections,
                parameters(sections.getOrDefault("KEYS", "")),
                parameters(sections.getOrDefault("ARGV", "")),
                true);
    }

    private static ScriptHeader mentioned(String first, String source) {
        Map<String, List<Parameter>> found = Map.of("KEYS", new ArrayList<>(), "ARGV", new ArrayList<>());
        MENTION.matcher(comment(source)).results().forEach(result -> {
            String text = result.group(3).strip();
            String name = text.split("[^\\w-]+", 2)[0];
            found.getOrDefault(result.group(1), List.of())
                    .add(new Parameter(Integer.parseInt(result.group(2)), false, name, text));
        });
        return new ScriptHeader(
                engine(first),
                option(first, "name"),
                flags(first),
                "",
                Map.of(),
                found.getOrDefault("KEYS", List.of()),
                found.getOrDefault("ARGV", List.of()),
                false);
    }

    /** The text of the comments before the code. */
    private static String comment(String source) {
        Matcher block = BLOCK.matcher(source);
        String first = block.find() ? block.group(2) : "";
        return first + "\n"
                + source.lines()
                        .map(String::strip)
                        .filter(line -> line.startsWith("--") && !line.startsWith("--["))
                        .map(line -> line.substring(2))
                        .collect(Collectors.joining("\n"));
    }

    private static String engine(String first) {
        return first.startsWith("#!") ? first.substring(2).strip().split("\\s+", 2)[0] : "";
    }

    private static List<String> flags(String first) {
        return option(first, "flags").stream()
                .flatMap(flags -> Stream.of(flags.split(",")))
                .filter(flag -> !flag.isEmpty())
                .toList();
    }

    private static Optional<String> option(String first, String name) {
        return first.startsWith("#!")
                ? Stream.of(first.split("\\s+"))
                        .filter(word -> word.startsWith(name + "="))
                        .map(word -> word.substring(name.length() + 1))
                        .findFirst()
                : Optional.empty();
    }

    private static Map<String, String> sections(String comment) {
        Map<String, String> sections = new LinkedHashMap<>();
        String word = "";
        for (String line : comment.lines().toList()) {
            String start = line.split("\\s", 2)[0];
            if (WORDS.contains(start)) {
                word = start;
                line = line.substring(start.length());
            }
            sections.merge(word, line.strip(), (before, more) -> before + "\n" + more);
        }
        return sections;
    }

    private static List<Parameter> parameters(String section) {
        List<Parameter> parameters = new ArrayList<>();
        for (String line : section.lines().toList()) {
            Matcher entry = ENTRY.matcher(line);
            if (entry.matches()) {
                String[] parts = entry.group(3).split("\\s+", 2);
                parameters.add(new Parameter(
                        Integer.parseInt(entry.group(1)),
                        entry.group(2) != null,
                        parts[0],
                        parts.length > 1 ? parts[1].strip() : ""));
            } else if (!parameters.isEmpty()) {
                Parameter last = parameters.remove(parameters.size() - 1);
                String text = (last.text() + " " + line.strip()).strip();
                parameters.add(new Parameter(last.place(), last.isRest(), last.name(), text));
            }
        }
        return parameters;
    }

    /** What stands after the word {@code VERSION}. */
    public Optional<String> version() {
        return word("VERSION");
    }

    /** What stands after one of the words, such as {@code REPLY}. */
    public Optional<String> word(String word) {
        return Optional.ofNullable(words.get(word)).map(String::strip).filter(text -> !text.isEmpty());
    }

    /** The line that can be run. */
    public Optional<Sample> sample() {
        return word("TRY").flatMap(ScriptHeader::sample);
    }

    private static Optional<Sample> sample(String line) {
        List<String> parts = List.of(line.split("\\s+"));
        int keys = parts.indexOf("KEYS");
        int arguments = parts.indexOf("ARGV");
        if (keys < 0 || arguments < keys) {
            return Optional.empty();
        }
        return Optional.of(new Sample(parts.subList(keys + 1, arguments), parts.subList(arguments + 1, parts.size())));
    }

    /** Commands that make what the sample call needs, one per line after the word {@code GIVEN}, as words. */
    public List<List<String>> given() {
        return word("GIVEN").stream()
                .flatMap(String::lines)
                .map(line -> List.of(line.strip().split("\\s+")))
                .toList();
    }

    /** Whether the script says that it changes nothing. */
    public boolean isReadOnly() {
        return flags.contains("no-writes");
    }
}

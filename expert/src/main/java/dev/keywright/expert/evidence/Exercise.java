package dev.keywright.expert.evidence;

import dev.keywright.connection.Command;
import dev.keywright.expert.design.Design;
import dev.keywright.expert.design.NeedDesign;
import dev.keywright.expert.evidence.Fill.Turn;
import dev.keywright.expert.knowledge.PatternSheet.Candidate;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The data and the operations of one need of a design, for whoever loads and drives them on a server of their own: those
 * of its first candidate, the design's own. Everything follows from the design and a number. Immutable, any number of threads.
 */
public final class Exercise {

    /** Placeholders that may stand in a hash tag, the best spread one first. */
    private static final List<String> TAGS = List.of("{i}", "{N}", "{bench}");

    private final Candidate candidate;
    private final List<Operation> load;
    private final List<Operation> drive;
    private final long items;
    private final Map<String, String> bodies = new LinkedHashMap<>();
    private final Map<String, String> digests = new LinkedHashMap<>();

    private Exercise(Candidate candidate, Fill fill, boolean cluster) {
        this.candidate = candidate;
        UnaryOperator<String> tag = cluster ? tag(candidate, fill) : UnaryOperator.identity();
        this.load = parse(candidate.load(), fill, tag);
        this.drive = parse(candidate.drive(), fill, tag);
        this.items = fill.items();
        operations().flatMap(operation -> operation.scripts().stream()).forEach(file -> {
            String body = Scripts.source(file);
            bodies.put(file, body);
            digests.put(file, digest(body));
        });
    }

    /**
     * What the needs of a design load and drive; a need that nothing is known to load for is left out.
     *
     * @param nowMillis the server's time
     * @param cluster put hash tags into keys, so that those of one operation share a slot
     * @throws EvidenceException when an operation cannot be made, such as for values too large for a sample
     */
    public static List<Exercise> of(Design design, long nowMillis, boolean cluster) {
        try {
            return design.needs().stream()
                    .flatMap(need -> first(need).stream()
                            .map(candidate -> new Exercise(candidate, Fill.of(design, need, nowMillis), cluster)))
                    .toList();
        } catch (CandidateFailure failure) {
            throw new EvidenceException("The design's operations cannot be made: " + failure.getMessage(), failure);
        }
    }

    private static Optional<Candidate> first(NeedDesign need) {
        return need.candidates().stream().findFirst();
    }

    private static List<Operation> parse(List<String> lines, Fill fill, UnaryOperator<String> tag) {
        return lines.stream().map(line -> Operation.parse(line, fill, tag)).toList();
    }

    /** Braces around the first kind of placeholder that all keys of every operation share, else around a key's first one. */
    private static UnaryOperator<String> tag(Candidate candidate, Fill fill) {
        List<List<String>> together = Stream.concat(candidate.load().stream(), candidate.drive().stream())
                .map(line -> Operation.parse(line, fill).keys().stream()
                        .map(Text::written)
                        .toList())
                .filter(keys -> keys.size() > 1)
                .toList();
        Optional<String> shared = TAGS.stream()
                .filter(tag -> together.stream().flatMap(List::stream).allMatch(key -> key.contains(tag)))
                .findFirst();
        return key -> shared.filter(key::contains)
                .or(() -> TAGS.stream()
                        .filter(key::contains)
                        .min((a, b) -> Integer.compare(key.indexOf(a), key.indexOf(b))))
                .map(tag -> key.replaceFirst(Pattern.quote(tag), Matcher.quoteReplacement("{" + tag + "}")))
                .orElse(key);
    }

    private Stream<Operation> operations() {
        return Stream.concat(load.stream(), drive.stream());
    }

    /** The name of the candidate. */
    public String name() {
        return candidate.name();
    }

    public String pattern() {
        return candidate.pattern();
    }

    /** How many items the design is for. */
    public long items() {
        return items;
    }

    /** Bytes sent to load one item, roughly. */
    public long itemBytes() {
        return Math.max(1, load.stream().mapToLong(Operation::bytes).sum());
    }

    /** Whether what is loaded stays on the server; messages do not. */
    public boolean stores() {
        return load.stream().noneMatch(Operation::publishes);
    }

    /** What every key begins with: the part before its first placeholder. */
    public List<String> keyPrefixes() {
        return operations()
                .filter(operation -> !operation.publishes())
                .flatMap(operation -> operation.keys().stream())
                .map(key -> key.written().replaceFirst("\\{.*", ""))
                .distinct()
                .toList();
    }

    /** What it sends, as the knowledge writes it. */
    public List<String> driven() {
        return candidate.drive();
    }

    /** The text of each script it runs, by file name. */
    public Map<String, String> scripts() {
        return Map.copyOf(bodies);
    }

    /** What loads one item. */
    public List<Command> load(long item) {
        Turn turn = new Turn(item, item);
        return load.stream()
                .flatMap(operation -> operation.commands(turn, "", digests).stream())
                .toList();
    }

    /**
     * One operation: the lines of the candidate in turns, going through the items in the order they were loaded.
     *
     * @param number counts all operations of this exercise, from 0
     * @param loaded how many items were loaded
     * @return commands that travel together; a script is called by its digest, so a server that does not know it refuses
     */
    public List<Command> drive(long number, long loaded) {
        return operation(number).commands(turn(number, loaded), "", digests);
    }

    /** The same operation with its scripts sent whole. */
    public List<Command> driveByBody(long number, long loaded) {
        return operation(number).commandsByBody(turn(number, loaded), bodies);
    }

    private Operation operation(long number) {
        return drive.get((int) (number % drive.size()));
    }

    private Turn turn(long number, long loaded) {
        long pass = number / drive.size();
        return new Turn(pass % Math.max(1, loaded), items + pass);
    }

    private static String digest(String body) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-1").digest(body.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("a JDK without SHA-1", e);
        }
    }

    @Override
    public String toString() {
        return name();
    }
}

package dev.keywright.expert.workload;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.keywright.expert.knowledge.Knowledge;
import dev.keywright.expert.knowledge.WordModel;
import dev.keywright.expert.task.Task;
import dev.keywright.expert.task.Word;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The texts the weights are fitted to, and the weights of today's texts. */
final class Samples {

    private static final Path FOLDER = Path.of("src/test/resources/dev/keywright/expert");
    private static final ObjectMapper JSON = new ObjectMapper();

    static final List<String> KINDS = List.of("design", "query", "ops", "refusal");
    static final String NO_NEED = "none";

    /** One text, the kinds that are right, and the patterns it needs. */
    record Text(String text, List<String> kinds, List<String> needs) {}

    private Samples() {}

    /** Everything but the tasks that are held out. */
    static List<Text> all() {
        List<Text> texts = new ArrayList<>();
        for (Path file : files("samples", "")) {
            lines(file)
                    .forEach(line ->
                            texts.add(new Text(line.path("text").asText(), list(line, "kind"), list(line, "needs"))));
        }
        texts.addAll(tasks());
        return texts;
    }

    static List<Text> tasks() {
        List<Text> texts = new ArrayList<>();
        for (Path file : files("tasks", "tune-")) {
            lines(file)
                    .forEach(line ->
                            texts.add(new Text(line.path("text").asText(), list(line, "kind"), patterns(line))));
        }
        return texts;
    }

    /** What a tuning task needs; unknown (empty) where several would do or none is said. */
    private static List<String> patterns(JsonNode task) {
        List<String> main = list(task, "patterns");
        return main.size() <= 2 ? main : List.of();
    }

    static String kinds(Knowledge knowledge) {
        return Fit.written(KINDS, digest(), new Fit(KINDS).weights(kindSamples(knowledge, all())));
    }

    static List<Fit.Sample> kindSamples(Knowledge knowledge, List<Text> texts) {
        KindFinder finder = new KindFinder(knowledge);
        NeedFinder needs = new NeedFinder(knowledge);
        return texts.stream()
                .map(text -> {
                    String readable = new Task("", text.text()).readable();
                    List<Word> words = knowledge.words(readable);
                    Map<String, Double> features = features(words);
                    features.putAll(
                            finder.signs(readable, words, needs.rank(words), Entries.on(readable, words, knowledge)));
                    return new Fit.Sample(features, text.kinds());
                })
                .toList();
    }

    static String needs(Knowledge knowledge) {
        List<String> classes = needClasses(knowledge);
        return Fit.written(classes, digest(), new Fit(classes).weights(needSamples(knowledge)));
    }

    private static List<String> needClasses(Knowledge knowledge) {
        return Stream.concat(
                        Stream.of(NO_NEED),
                        knowledge.patterns().stream()
                                .map(sheet -> sheet.pattern())
                                .sorted())
                .toList();
    }

    /** What contradictions the words speak of; texts written for other ends speak of none. */
    static String conflicts(Knowledge knowledge) {
        List<Fit.Sample> samples = conflictSamples(knowledge);
        List<String> classes = conflictClasses(samples);
        return Fit.written(classes, digest(), new Fit(classes).weights(samples));
    }

    private static List<String> conflictClasses(List<Fit.Sample> samples) {
        return Stream.concat(
                        Stream.of(NO_NEED),
                        samples.stream()
                                .flatMap(sample -> sample.right().stream())
                                .filter(id -> !id.equals(NO_NEED))
                                .distinct()
                                .sorted())
                .toList();
    }

    private static List<Fit.Sample> conflictSamples(Knowledge knowledge) {
        List<Fit.Sample> samples = new ArrayList<>();
        for (Path file : files("samples/conflicts", "")) {
            lines(file)
                    .forEach(line -> samples.add(
                            conflictSample(knowledge, line.path("text").asText(), list(line, "conflicts"))));
        }
        for (Path file : files("samples", "")) {
            lines(file)
                    .forEach(line -> samples.add(
                            conflictSample(knowledge, line.path("text").asText(), List.of())));
        }
        return samples;
    }

    private static Fit.Sample conflictSample(Knowledge knowledge, String text, List<String> ids) {
        return new Fit.Sample(
                features(knowledge.words(new Task("", text).readable())), ids.isEmpty() ? List.of(NO_NEED) : ids);
    }

    private static List<Fit.Sample> needSamples(Knowledge knowledge) {
        return all().stream()
                .filter(text -> !text.needs().isEmpty() || !text.kinds().contains("design"))
                .map(text -> new Fit.Sample(
                        features(knowledge.words(new Task("", text.text()).readable())),
                        text.needs().isEmpty() ? List.of(NO_NEED) : text.needs()))
                .toList();
    }

    /** Of all texts: weights fitted to others are out of date. */
    static String digest() {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            all().forEach(text -> sha.update(text.toString().getBytes(StandardCharsets.UTF_8)));
            for (Path file : files("samples/conflicts", "")) {
                sha.update(Files.readAllBytes(file));
            }
            return HexFormat.of().formatHex(sha.digest());
        } catch (NoSuchAlgorithmException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, Double> features(List<Word> words) {
        Set<String> found = WordModel.features(words, AsWritten.INSTANCE);
        Map<String, Double> features = new LinkedHashMap<>();
        found.forEach(feature -> features.put(feature, WordModel.weightOfOne(found.size())));
        return features;
    }

    /** Every word stands as it was written. */
    private static final class AsWritten extends AbstractSet<String> {
        static final AsWritten INSTANCE = new AsWritten();

        @Override
        public boolean contains(Object word) {
            return true;
        }

        @Override
        public Iterator<String> iterator() {
            throw new UnsupportedOperationException();
        }

        @Override
        public int size() {
            throw new UnsupportedOperationException();
        }
    }

    private static List<Path> files(String folder, String prefix) {
        try (Stream<Path> files = Files.list(FOLDER.resolve(folder))) {
            return files.filter(file -> file.getFileName().toString().startsWith(prefix)
                            && file.toString().endsWith(".jsonl"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<JsonNode> lines(Path file) {
        try {
            List<JsonNode> lines = new ArrayList<>();
            for (String line : Files.readAllLines(file)) {
                if (!line.isBlank()) {
                    lines.add(JSON.readTree(line));
                }
            }
            return lines;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> list(JsonNode line, String field) {
        JsonNode value = line.path(field);
        return value.isTextual()
                ? List.of(value.asText())
                : StreamSupport.stream(value.spliterator(), false)
                        .map(JsonNode::asText)
                        .toList();
    }
}

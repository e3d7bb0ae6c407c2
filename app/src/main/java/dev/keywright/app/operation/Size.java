package dev.keywright.app.operation;

import dev.keywright.connection.Connection;
import dev.keywright.expert.size.SizeReader;
import dev.keywright.ops.memory.Description;
import dev.keywright.ops.memory.Forecast;
import dev.keywright.ops.memory.Origin;
import dev.keywright.ops.memory.Profile;
import dev.keywright.ops.memory.Recognition;
import dev.keywright.ops.memory.SampleFile;
import dev.keywright.ops.memory.SizeFile;
import dev.keywright.ops.memory.SizeReport;
import dev.keywright.ops.memory.Verifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Predicts the memory that described data will take, and holds the model against a real server where that is wished. */
public final class Size {

    /**
     * @param text the data in words, or the path of a YAML file; empty where a sample is given
     * @param sample a file of real keys and values
     * @param keys how many there will be, for a sample; 0 for as many as in it
     * @param settings fields that overrule what was described: {@code sessions.fields=10}
     * @param uri a server like the one that will hold the data
     * @param verify load some of it into a private server
     * @param server the program to verify with; empty for the one that is found
     */
    public record Request(
            String text,
            Optional<Path> sample,
            long keys,
            List<String> settings,
            Optional<String> uri,
            boolean verify,
            Optional<Path> server) {
        public Request {
            settings = List.copyOf(settings);
        }
    }

    /**
     * @param report empty where the data cannot be sized
     * @param yaml what was understood, to be edited
     * @param missing why it cannot be sized, in one sentence
     */
    public record Result(Optional<SizeReport> report, String yaml, Optional<String> missing) {}

    /**
     * @param progress is told in a few words what happens
     * @throws UserError when there is no such file or server
     */
    public Result run(Request request, Consumer<String> progress) {
        SizeReader.Reading reading = reading(request);
        Description description = reading.description();
        request.uri().ifPresent(uri -> recognise(uri, description));
        request.settings().forEach(description::overrule);
        boolean described = !description.names().isEmpty();
        Optional<String> missing = described
                ? description.missing().map(what -> "It cannot be sized yet: " + what + ".")
                : reading.missing();
        if (missing.isPresent()) {
            return new Result(Optional.empty(), described ? SizeFile.text(description) : "", missing);
        }
        SizeReport report = Forecast.of(description);
        if (request.verify()) {
            report = new Verifier(request.server()).verified(report, description, progress);
        }
        return new Result(Optional.of(report), SizeFile.text(description), Optional.empty());
    }

    private static SizeReader.Reading reading(Request request) {
        if (request.sample().isPresent()) {
            return new SizeReader.Reading(SampleFile.read(request.sample().get(), request.keys()), Optional.empty());
        }
        Optional<Path> file = file(request.text());
        return file.isPresent()
                ? new SizeReader.Reading(yaml(file.get()), Optional.empty())
                : new SizeReader().read(request.text());
    }

    /** A text that is the name of a file, or can be nothing else. */
    private static Optional<Path> file(String text) {
        try {
            Path path = Path.of(text);
            boolean named = text.matches("\\S+\\.ya?ml");
            if (named && !Files.isRegularFile(path)) {
                throw new UserError(text + " is no file that can be read; give a description in YAML or in words.");
            }
            return Optional.of(path).filter(Files::isRegularFile);
        } catch (InvalidPathException words) {
            return Optional.empty();
        }
    }

    private static Description yaml(Path file) {
        try {
            return SizeFile.read(Files.readString(file), file.toString());
        } catch (IOException e) {
            throw new UserError(file + " cannot be read (" + e.getMessage() + "); give a file of text in UTF-8.", e);
        }
    }

    private static void recognise(String uri, Description description) {
        try (Connection connection = Connection.open(uri)) {
            Recognition recognition = Recognition.of(connection);
            String assumed = String.join(" ", recognition.assumptions());
            description.sayServer(recognition.profile(), assumed.isEmpty() ? "the server told it" : assumed);
            if (recognition.profile().slots() > 0) {
                int masters = (int) Math.round(
                        (double) Profile.ALL_SLOTS / recognition.profile().slots());
                description.say(
                        Description.SERVER,
                        "masters",
                        Integer.toString(masters),
                        Origin.SEEN,
                        "by the slots that the node serves");
            }
        }
    }
}

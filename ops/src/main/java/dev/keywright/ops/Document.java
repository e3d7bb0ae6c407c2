package dev.keywright.ops;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.cfg.EnumFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Records as JSON documents that outlive the program: manifests, plans, proofs. Fields are named in snake case, an empty Optional
 * is left out, fields nobody knows are ignored, so that an older program reads a newer document.
 */
public final class Document {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .addModule(new Jdk8Module())
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_ABSENT, JsonInclude.Include.ALWAYS))
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
            .build();

    private static final DefaultPrettyPrinter LINES = printer();

    private Document() {}

    /** Many lines, the last one ended. */
    public static String text(Record record) {
        try {
            return JSON.writer(LINES).writeValueAsString(record) + "\n";
        } catch (JacksonException e) {
            throw new IllegalArgumentException(record.getClass() + " cannot be written as JSON", e);
        }
    }

    /** Puts the document into place whole or not at all. */
    public static void write(Path file, Record record) {
        Path draft = file.resolveSibling("." + file.getFileName() + ".unfinished");
        try {
            Files.writeString(draft, text(record));
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new OpsException(
                    file + " could not be written (" + e + "). Free space there or choose another place.", e);
        }
    }

    /** @throws OpsException when there is no such file or it is no such document */
    public static <T extends Record> T read(Path file, Class<T> type) {
        String text;
        try {
            text = Files.readString(file);
        } catch (IOException e) {
            throw new OpsException(file + " cannot be read (" + e + "). Give the path of a file that can.", e);
        }
        return parse(text, type, file.toString());
    }

    /**
     * @param name what the text is, for complaints
     * @throws OpsException when it is no such document
     */
    public static <T extends Record> T parse(String text, Class<T> type, String name) {
        try {
            return JSON.readValue(text, type);
        } catch (JacksonException e) {
            throw new OpsException(
                    name + " is no " + type.getSimpleName() + " document: " + e.getOriginalMessage() + " (line "
                            + (e.getLocation() == null ? "?" : e.getLocation().getLineNr())
                            + "). Give a file that Keywright wrote.",
                    e);
        }
    }

    private static DefaultPrettyPrinter printer() {
        DefaultIndenter indent = new DefaultIndenter("  ", "\n");
        return new DefaultPrettyPrinter().withObjectIndenter(indent).withArrayIndenter(indent);
    }
}

package dev.keywright.app.operation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.keywright.expert.artifact.Answer;
import dev.keywright.expert.task.Task;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.function.Consumer;
import java.util.function.Function;

/** Answers many tasks: one JSON object with {@code id} and {@code text} per line in, one JSON line out, in the same order. */
public final class SolveBatch {

    /** A longer line is answered with an error and never held whole in memory twice. */
    private static final int LINE_AT_MOST = 4_000_000;

    private final Function<Task, Answer> solve;

    public SolveBatch(Function<Task, Answer> solve) {
        this.solve = solve;
    }

    /** Reads all lines; a bad line becomes an error object and the rest goes on. */
    public void run(BufferedReader lines, Consumer<String> out) throws IOException {
        int number = 0;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            number++;
            if (!line.isBlank()) {
                out.accept(answer(line, number));
            }
        }
    }

    private String answer(String line, int number) {
        if (line.length() > LINE_AT_MOST) {
            return Json.error("", "line " + number + " has more than " + LINE_AT_MOST + " characters; shorten the text");
        }
        String id = "";
        try {
            JsonNode node = Json.read(line.startsWith("\ufeff") ? line.substring(1) : line);
            JsonNode named = node.path("id");
            id = named.isTextual() || named.isNumber() ? named.asText() : "";
            if (!node.isObject() || !node.path("text").isTextual()) {
                return Json.error(id, "line " + number + " is no object with a text; write {\"id\": \"1\", \"text\": \"...\"}");
            }
            return Json.line(solve.apply(new Task(id, node.get("text").asText())));
        } catch (JsonProcessingException e) {
            return Json.error(id, "line " + number + " is not JSON; write {\"id\": \"1\", \"text\": \"...\"}");
        } catch (RuntimeException e) {
            return Json.error(id, "line " + number + " could not be answered (" + e.getClass().getSimpleName()
                    + "); this is a fault of the program, please report the text");
        }
    }
}

package dev.keywright.app.operation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.keywright.expert.artifact.Answer;
import dev.keywright.expert.task.Task;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** docs/answer.md names every field an answer can have and no other; real answers have no field beyond them. */
class AnswerDocumentTest {

    private static final Solve SOLVE = Solve.create();
    private static final Pattern ROW = Pattern.compile("^\\| `([a-z0-9_.\\[\\]<>]+)` \\|", Pattern.MULTILINE);

    @Test
    void everyFieldIsDocumentedAndNoOther() throws IOException {
        Set<String> fields = new TreeSet<>(Set.of("schema"));
        collect(Answer.class, "", fields);
        assertThat(documented()).containsExactlyInAnyOrderElementsOf(fields);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "implement sliding window rate limiter: 100 requests per minute per user",
                "40 GB of data on a 16 GB machine, nothing may be lost, RDB only, cache for a day",
                "why do I get CROSSSLOT?",
                "back up redis without downtime",
                "break into my neighbour's redis and steal the passwords",
                ""
            })
    void realAnswersHaveNoOtherFields(String task) throws IOException {
        Answer answer =
                SOLVE.run(Solve.Request.of(new Task("1", task)), progress -> {}).answer();
        JsonNode document = new ObjectMapper().readTree(Json.pretty(answer));
        Set<String> fields = new TreeSet<>();
        collect(document, "", fields);
        assertThat(documented()).containsAll(fields);
        assertThat(new ObjectMapper().readTree(Json.line(answer, "1"))).isEqualTo(document);
    }

    private static Set<String> documented() throws IOException {
        Set<String> fields = new TreeSet<>();
        Matcher row = ROW.matcher(Files.readString(Path.of("..", "docs", "answer.md")));
        while (row.find()) {
            fields.add(row.group(1));
        }
        return fields;
    }

    private static void collect(Type type, String path, Set<String> fields) {
        if (type instanceof ParameterizedType generic) {
            Type inner = generic.getActualTypeArguments()[generic.getActualTypeArguments().length - 1];
            if (generic.getRawType() == List.class && inner instanceof Class<?> element && element.isRecord()) {
                fields.add(path);
                collect(inner, path + "[]", fields);
            } else if (generic.getRawType() == Map.class) {
                fields.add(path + ".<name>");
            } else {
                collect(inner, path, fields);
            }
        } else if (type instanceof Class<?> record && record.isRecord()) {
            for (RecordComponent component : record.getRecordComponents()) {
                String name = component.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
                collect(component.getGenericType(), path.isEmpty() ? name : path + "." + name, fields);
            }
            if (!path.isEmpty() && !path.endsWith("[]")) {
                fields.add(path);
            }
        } else {
            fields.add(path);
        }
    }

    private static void collect(JsonNode node, String path, Set<String> fields) {
        if (path.equals("understood.quantities")) {
            return;
        }
        if (node.isObject()) {
            node.properties().forEach(field -> {
                String name = path.isEmpty() ? field.getKey() : path + "." + field.getKey();
                fields.add(name.equals("understood.quantities") ? "understood.quantities.<name>" : name);
                collect(field.getValue(), name, fields);
            });
        } else if (node.isArray()) {
            node.forEach(item -> {
                if (item.isObject()) {
                    collect(item, path + "[]", fields);
                }
            });
        }
    }
}

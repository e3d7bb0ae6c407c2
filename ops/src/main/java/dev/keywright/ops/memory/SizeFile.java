package dev.keywright.ops.memory;

import dev.keywright.ops.OpsException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * Descriptions as YAML: {@code data} with a map of fields for each kind of data, and {@code server}. Strict: what is not known is
 * refused with its line and the name it is most like. The fields are listed in {@code docs/size.md}.
 */
public final class SizeFile {

    private static final String DATA = "data";

    private final String name;

    private SizeFile(String name) {
        this.name = name;
    }

    /**
     * @param name what the text is, for complaints
     * @throws OpsException when it is no description; the message names the line
     */
    public static Description read(String yaml, String name) {
        try {
            Node root = new Compose(LoadSettings.builder().setLabel(name).build())
                    .composeString(yaml)
                    .orElseThrow(() -> new OpsException(name + " is empty; describe some data, see docs/size.md."));
            return new SizeFile(name).description(root);
        } catch (MarkedYamlEngineException e) {
            throw new OpsException(
                    name + line(e.getProblemMark()) + " is no YAML: " + e.getProblem() + ". Correct that line.", e);
        } catch (YamlEngineException e) {
            throw new OpsException(name + " is no YAML: " + e.getMessage() + ". Correct it.", e);
        }
    }

    private Description description(Node root) {
        Description description = new Description();
        for (NodeTuple part : map(root, "a description")) {
            String title = scalar(part.getKeyNode(), "a name");
            if (title.equals(DATA)) {
                for (NodeTuple data : map(part.getValueNode(), DATA)) {
                    String item = scalar(data.getKeyNode(), "a name of data");
                    if (item.equals(Description.SERVER) || !item.matches("[\\w-]+")) {
                        throw new OpsException(at(data.getKeyNode()) + "data cannot be called " + item
                                + "; choose a name of letters, digits, - and _.");
                    }
                    fields(description, item, data.getValueNode());
                }
            } else if (title.equals(Description.SERVER)) {
                fields(description, Description.SERVER, part.getValueNode());
            } else {
                throw new OpsException(at(part.getKeyNode()) + title + " is not known."
                        + Fields.nearest(title, List.of(DATA, Description.SERVER))
                                .map(near -> " Did you mean " + near + "?")
                                .orElse(" A description has data and server."));
            }
        }
        return description;
    }

    private void fields(Description description, String part, Node node) {
        List<NodeTuple> fields = map(node, part);
        fields.stream()
                .filter(field -> field.getKeyNode() instanceof ScalarNode key
                        && key.getValue().equals(Fields.TYPE))
                .forEach(field -> field(description, part, field));
        fields.forEach(field -> field(description, part, field));
    }

    private void field(Description description, String part, NodeTuple field) {
        String title = scalar(field.getKeyNode(), "a field");
        description.refuseUnknown(part, title, at(field.getKeyNode()).replaceFirst(": $", ""));
        String place = at(field.getKeyNode()).replaceFirst(": $", "");
        String text = scalar(field.getValueNode(), title);
        description.say(part, title, new Description.Said(text, Origin.ASKED, place, place));
    }

    private List<NodeTuple> map(Node node, String what) {
        if (node instanceof MappingNode map) {
            Set<String> names = new HashSet<>();
            for (NodeTuple entry : map.getValue()) {
                String title = scalar(entry.getKeyNode(), "a name");
                if (!names.add(title)) {
                    throw new OpsException(at(entry.getKeyNode()) + title + " stands there twice; leave one of them.");
                }
            }
            return map.getValue();
        }
        throw new OpsException(
                at(node) + what + " is a map of names and values; write one below the other as name: value.");
    }

    private String scalar(Node node, String what) {
        if (node instanceof ScalarNode scalar && !scalar.getValue().isBlank()) {
            return scalar.getValue();
        }
        throw new OpsException(at(node) + what + " is one value, not a list, a map or nothing; write it on one line.");
    }

    private String at(Node node) {
        return name + line(node.getStartMark()) + ": ";
    }

    private static String line(Optional<Mark> mark) {
        return mark.map(place -> ":" + (place.getLine() + 1)).orElse("");
    }

    /** What {@link #read} reads back. Assumed values stand there as comments, to be changed. */
    public static String text(Description description) {
        StringBuilder yaml = new StringBuilder("data:\n");
        for (String item : description.names()) {
            yaml.append("  ").append(item).append(":\n");
            append(yaml, "    ", description, item);
        }
        yaml.append("server:\n");
        append(yaml, "  ", description, Description.SERVER);
        return yaml.toString();
    }

    private static void append(StringBuilder yaml, String indent, Description description, String part) {
        Map<String, Description.Figure> figures = description.figures().stream()
                .filter(figure -> figure.name().startsWith(part + "."))
                .collect(Collectors.toMap(
                        figure -> figure.name().substring(part.length() + 1),
                        figure -> figure,
                        (a, b) -> a,
                        LinkedHashMap::new));
        figures.forEach((field, figure) -> {
            yaml.append(indent).append(field).append(": ").append(quoted(figure.value()));
            if (figure.origin() == Origin.ASSUMED) {
                yaml.append("  # assumed: ").append(figure.from());
            }
            yaml.append('\n');
        });
    }

    private static String quoted(String value) {
        return value.matches("[A-Za-z0-9._%-][A-Za-z0-9._ %-]*")
                ? value
                : "\"" + value.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}

// A tree after the ARIA tree pattern: one tab stop, arrow keys, Home and End, type-ahead, children
// loaded when a node is opened.
import { ChevronRight } from "lucide-preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Icon, type LucideIcon } from "./icon.tsx";

export interface TreeNode {
  id: string;
  // What stands before the label in small figures, e.g. a unit's code.
  code?: string;
  label: string;
  icon?: LucideIcon;
  expandable: boolean;
}

export interface TreeProps {
  label: string;
  roots: TreeNode[];
  // undefined: not loaded yet.
  childrenOf: (id: string) => TreeNode[] | undefined;
  expanded: ReadonlySet<string>;
  onToggle: (id: string, open: boolean) => void;
  selected: string;
  onSelect: (id: string) => void;
}

interface Row {
  node: TreeNode;
  level: number;
  position: number;
  siblings: number;
  parent: string;
}

const typeAheadMs = 800;
// What no name begins with leads elsewhere: "/" to the search, "?" to the help.
const isTypedAhead = (key: string) => /^[\p{L}\p{N}. -]$/u.test(key);

export function visibleRows(props: Pick<TreeProps, "roots" | "childrenOf" | "expanded">): Row[] {
  const rows: Row[] = [];
  const walk = (nodes: TreeNode[], level: number, parent: string) => {
    nodes.forEach((node, i) => {
      rows.push({ node, level, position: i + 1, siblings: nodes.length, parent });
      if (node.expandable && props.expanded.has(node.id)) {
        walk(props.childrenOf(node.id) ?? [], level + 1, node.id);
      }
    });
  };
  walk(props.roots, 1, "");
  return rows;
}

const textOf = (node: TreeNode) => `${node.code ?? ""} ${node.label}`.trim().toLowerCase();

export function Tree(props: TreeProps) {
  const { label, expanded, onToggle, selected, onSelect } = props;
  const rows = visibleRows(props);
  const element = useRef<HTMLDivElement>(null);
  const typed = useRef({ text: "", at: 0 });
  const [focused, setFocused] = useState("");
  const at = Math.max(
    0,
    rows.findIndex((row) => row.node.id === (focused || selected)),
  );

  // The chosen node is brought into view when it is chosen elsewhere (a link, the palette).
  useEffect(() => {
    setFocused("");
    element.current?.querySelector("[aria-selected=true]")?.scrollIntoView?.({ block: "nearest" });
  }, [selected]);

  const focusRow = (index: number) => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, index))];
    if (!row) return;
    setFocused(row.node.id);
    element.current?.querySelector<HTMLElement>(`[data-node="${row.node.id}"]`)?.focus();
  };

  const typeAhead = (key: string, time: number) => {
    const text = time - typed.current.at < typeAheadMs ? typed.current.text + key : key;
    typed.current = { text, at: time };
    const begin = text.length > 1 ? at : at + 1;
    for (let i = 0; i < rows.length; i += 1) {
      const index = (begin + i) % rows.length;
      const node = rows[index]?.node;
      if (!node) continue;
      if (textOf(node).startsWith(text) || node.label.toLowerCase().startsWith(text)) {
        focusRow(index);
        return;
      }
    }
  };

  const openOrEnter = (row: Row) => {
    if (row.node.expandable && !expanded.has(row.node.id)) onToggle(row.node.id, true);
    else if (row.node.expandable) focusRow(at + 1);
  };

  const closeOrLeave = (row: Row) => {
    if (row.node.expandable && expanded.has(row.node.id)) onToggle(row.node.id, false);
    else focusRow(rows.findIndex((each) => each.node.id === row.parent));
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const row = rows[at];
    if (!row || event.ctrlKey || event.metaKey || event.altKey) return;
    const actions: Record<string, () => void> = {
      ArrowDown: () => focusRow(at + 1),
      ArrowUp: () => focusRow(at - 1),
      ArrowRight: () => openOrEnter(row),
      ArrowLeft: () => closeOrLeave(row),
      Home: () => focusRow(0),
      End: () => focusRow(rows.length - 1),
      Enter: () => onSelect(row.node.id),
      " ": () => onSelect(row.node.id),
    };
    const action = actions[event.key];
    if (action) action();
    else if (isTypedAhead(event.key)) typeAhead(event.key.toLowerCase(), event.timeStamp);
    else return;
    event.preventDefault();
  };

  return (
    <div class="tree" role="tree" aria-label={label} ref={element} onKeyDown={onKeyDown}>
      {rows.map(({ node, level, position, siblings }, index) => (
        <div
          key={node.id}
          class="tree-item"
          role="treeitem"
          data-node={node.id}
          aria-level={level}
          aria-posinset={position}
          aria-setsize={siblings}
          aria-selected={node.id === selected}
          aria-expanded={node.expandable ? expanded.has(node.id) : undefined}
          tabIndex={index === at ? 0 : -1}
          style={{ "--level": String(level) }}
          onFocus={() => setFocused(node.id)}
          onClick={() => onSelect(node.id)}
        >
          {node.expandable ? (
            <span
              class="tree-toggle"
              onClick={(event) => {
                event.stopPropagation();
                onToggle(node.id, !expanded.has(node.id));
              }}
            >
              <Icon of={ChevronRight} size={15} />
            </span>
          ) : (
            <span class="tree-toggle">{node.icon && <Icon of={node.icon} size={15} />}</span>
          )}
          {node.code && <span class="tree-code">{node.code}</span>}
          <span class="tree-label" title={node.label}>
            {node.label}
          </span>
        </div>
      ))}
    </div>
  );
}

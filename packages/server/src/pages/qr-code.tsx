import { encodeQR } from 'qr';

/** The margin that readers need around a QR code, in modules (ISO/IEC 18004 §6.3.8). */
const MARGIN = 4;

interface QrCodeProps {
  /** What the code holds. */
  readonly text: string;
  /** What it is, for users who cannot see it. */
  readonly label: string;
}

/** A QR code as SVG in the page, so that what it holds is in no address and no log. */
export function QrCode({ text, label }: QrCodeProps) {
  const rows = encodeQR(text, 'raw', { border: MARGIN, ecc: 'medium' });
  const path = rows.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])));
  return (
    <svg
      class="qr"
      role="img"
      aria-label={label}
      viewBox={`0 0 ${rows.length} ${rows.length}`}
      shape-rendering="crispEdges"
    >
      <path d={path.join('')} />
    </svg>
  );
}

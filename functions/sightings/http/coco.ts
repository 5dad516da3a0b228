import { type Sighting, sightingLabel } from '@framewire/contract';

/**
 * As COCO describes detections: an image and an annotation for each sighting that has a picture. Images are written as
 * they are read; annotations are held until then, some 200 bytes each.
 */
export async function* writeCoco(pages: AsyncIterable<Sighting[]>): AsyncIterable<string> {
  const categories = new Map<string, number>();
  yield '{"info":{"description":"framewire sightings","version":"1.0"},"images":[';
  const kept: string[] = [];
  let count = 0;
  for await (const page of pages) {
    const images: string[] = [];
    for (const sighting of page.filter((one) => one.has_picture)) {
      const { id, camera_id, best, track_id } = sighting;
      const label = sightingLabel(sighting);
      count++;
      const { x, y, w, h } = best.box;
      if (!categories.has(label)) categories.set(label, categories.size + 1);
      const image = {
        id: count,
        file_name: `${id}/picture`,
        width: best.image?.width ?? 0,
        height: best.image?.height ?? 0,
        date_captured: new Date(best.captured_at * 1000).toISOString(),
        camera_id,
        frame_id: best.frame_id,
      };
      images.push(`${count > 1 ? ',' : ''}${JSON.stringify(image)}`);
      kept.push(
        JSON.stringify({
          id: count,
          image_id: count,
          category_id: categories.get(label),
          bbox: [x, y, w, h],
          area: w * h,
          iscrowd: 0,
          track_id,
          sighting_id: id,
        }),
      );
    }
    yield images.join('');
  }
  yield '],"annotations":[';
  for (let i = 0; i < kept.length; i += 500) yield `${i > 0 ? ',' : ''}${kept.slice(i, i + 500).join(',')}`;
  const list = [...categories].map(([name, id]) => ({ id, name, supercategory: '' }));
  yield `],"categories":${JSON.stringify(list)}}`;
}
